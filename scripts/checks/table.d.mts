export type Report = { date: string } & Record<string, unknown>;

export function checksTable(reports: Readonly<Record<string, Report>>): string;
export function readChecks(): Record<string, Report>;
