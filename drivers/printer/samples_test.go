package printer

// The tickets of the golden files.

var (
	small = Style{}
	bold  = Style{Bold: true}
	big   = Style{Width: 2, Height: 2}
	loud  = Style{Width: 2, Height: 2, Bold: true}
	huge  = Style{Width: 3, Height: 3, Bold: true}
)

func runs(r ...Run) []Run { return r }

func item(quantity, name, seat string) Item {
	it := Item{Quantity: runs(loud.Run(quantity)), Name: runs(loud.Run(name))}
	if seat != "" {
		it.Right = runs(small.Run(seat))
	}
	return it
}

// with is a modifier under an item.
func with(r ...Run) Text { return Text{Runs: r, Indent: 4, Hang: 4} }

func foot(left, right string) Row {
	return Row{Left: runs(small.Run(left)), Right: runs(small.Run(right))}
}

// grillTicket is a first ticket of a course.
func grillTicket() Doc {
	var d Doc
	d.Add(
		Row{Left: Tag("GRILL", loud), Right: runs(loud.Run("NEW"))},
		Text{Runs: runs(huge.Run("TABLE 12"))},
		foot("Check 3107   Mara", "7:42 pm"),
		foot("4 guests", "24 Nov"),
		Rule{Title: loud.Run("COURSE 2")},
		item("2", "Carnitas", "seat 1"),
		item("1", "Hanger steak", "seat 2"),
		with(big.Run("Medium rare")),
		item("2", "Baja fish", "seat 3"),
		with(loud.Run("NO"), big.Run(" crema")),
		with(loud.Run("+"), big.Run(" EXTRA slaw")),
		item("1", "Burrito bowl", "seat 4"),
		with(big.Run("Pollo asado")),
		with(big.Run("Pinto")),
		with(loud.Run("+"), big.Run(" guacamole")),
		Rule{},
		foot("Also at: Fry", "Ticket 1 of 2"),
		foot("K-2291, first print", "7:42:09 pm"),
		Buzz{1},
	)
	return d
}

// changeTicket takes one dish back and adds another; it may be a copy.
func changeTicket() Doc {
	var d Doc
	d.Add(
		Box{Lines: runs(bold.Run("POSSIBLE COPY of K-2288"), bold.Run("Ask before cooking"))},
		Row{Left: Tag("GRILL", loud), Right: runs(loud.Run("CHANGE"))},
		Text{Runs: runs(huge.Run("TABLE 10"))},
		foot("Check 3102   Nils", "7:41 pm"),
		Banner{loud.Run("ALLERGY: PEANUT")},
		Item{Quantity: append(Tag("CANCEL", loud), loud.Run(" 1")), Name: runs(loud.Run("Al pastor")), Lead: 20},
		Item{Quantity: runs(loud.Run("ADD     1")), Name: runs(loud.Run("Carnitas")), Lead: 20},
		Text{Runs: runs(loud.Run("NO"), big.Run(" onion")), Indent: 20},
		Rule{},
		foot("K-2288, second print", "7:44:05 pm"),
		Buzz{2},
	)
	return d
}

// barTicket comes out at another printer than its own, with letters of four code
// pages and a name that is too long for a line.
func barTicket() Doc {
	var d Doc
	d.Add(
		Row{Left: Tag("BAR", loud), Right: runs(loud.Run("NEW"))},
		Banner{loud.Run("FOR BAR, at Pass")},
		Text{Runs: runs(huge.Run("TABLE 4"))},
		foot("Check 3111   Mara", "7:43 pm"),
		item("1", "House margarita", "seat 1"),
		with(loud.Run("NO"), big.Run(" salt")),
		item("12", "Piña colada with coconut cream and “Żubrówka”", "seat 2"),
		item("½", "Grüner Veltliner – 4 €", ""),
		item("1", "Борщ", "seat 3"),
		with(big.Run("crème brûlée → after")),
		Rule{},
		foot("K-2293, moved: Bar has no paper", "7:43:02"),
	)
	return d
}

// receipt is for a guest.
func receipt() Doc {
	line := func(q, name, price string) Item {
		return Item{Quantity: runs(small.Run(q)), Name: runs(small.Run(name)), Right: runs(small.Run(price)), Lead: 5}
	}
	var d Doc
	d.Add(
		Text{Runs: runs(loud.Run("Luz & Maíz")), Align: Centre},
		Text{Runs: runs(small.Run("Harbor, 12 Quay Street")), Align: Centre},
		Rule{Dashed: true},
		foot("Check 3107, seat 2", "24 Nov 2026"),
		Rule{Dashed: true},
		line("1", "Draft lager", "7.00"),
		line("1", "Hanger steak", "27.00"),
		Text{Runs: runs(small.Run("medium rare")), Indent: 5},
		line("1/4", "Guacamole & chips", "2.88"),
		Rule{Dashed: true},
		Row{Left: runs(loud.Run("Total")), Right: runs(loud.Run("$46.56"))},
		Row{Left: runs(bold.Run("Card ending 0119")), Right: runs(bold.Run("$55.16"))},
		Feed{1},
		Text{Runs: runs(small.Run("Thank you. See you soon.")), Align: Centre},
	)
	return d
}

func samples() map[string]Doc {
	return map[string]Doc{"grill": grillTicket(), "change": changeTicket(), "bar": barTicket(), "receipt": receipt()}
}
