export interface Row {
  name: string;
  model: string;
  flags: string[];
  search: 'safety' | 'ends';
  holds: boolean;
  what: string;
}
export const ROWS: readonly Row[];
