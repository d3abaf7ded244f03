export * from "./signals-core.mjs";
import type { Signal, ReadonlySignal } from "./signals-core.mjs";
export function useSignal<T>(value: T): Signal<T>;
export function useComputed<T>(fn: () => T): ReadonlySignal<T>;
export function useSignalEffect(fn: () => void | (() => void)): void;
