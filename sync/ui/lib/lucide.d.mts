export const icons: Record<string, [string, Record<string, string>][]>;
