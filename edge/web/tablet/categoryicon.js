// @ts-check

/** Words that a category's name may hold, and the icon for them. @type {[RegExp, string][]} */
const table = [
  [/taco|tortilla|wrap/, "wheat"],
  [/burrito|sandwich|torta/, "sandwich"],
  [/salad|green|vegetable|small plate|starter|appetizer/, "salad"],
  [/bowl|soup/, "soup"],
  [/pizza/, "pizza"],
  [/fish|sea/, "fish"],
  [/chicken|wing/, "drumstick"],
  [/steak|beef|grill|meat/, "beef"],
  [/chip|snack/, "popcorn"],
  [/breakfast|egg|brunch|side/, "egg-fried"],
  [/wine/, "wine"],
  [/beer/, "beer"],
  [/cocktail|spirit/, "martini"],
  [/coffee|tea|hot drink/, "coffee"],
  [/drink|soda|water|juice/, "cup-soda"],
  [/ice/, "ice-cream-cone"],
  [/dessert|cake|sweet/, "cake-slice"],
  [/bread|bakery|pastr/, "croissant"],
  [/main/, "utensils"],
];

/** @param {string} name @returns {string} */
export function categoryIcon(name) {
  const lower = name.toLowerCase();
  return table.find(([words]) => words.test(lower))?.[1] ?? "utensils";
}
