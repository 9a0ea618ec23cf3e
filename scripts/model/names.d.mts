export function checkNames(text: string): { named: number; missing: string[] };
