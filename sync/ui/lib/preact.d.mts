// The part of preact that the kit uses; preact's own declarations are for JSX.
export interface VNode { type: any; props: any; key: any }
export type Child = VNode | string | number | boolean | null | undefined | Child[];
export function h(type: any, props?: any, ...children: any[]): VNode;
export function render(child: Child, parent: Element): void;
export function Fragment(props: { children?: Child }): Child;
