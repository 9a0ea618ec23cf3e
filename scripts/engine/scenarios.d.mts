export interface Scenario {
  name: string;
  edge?: string;
  forks?: readonly string[];
}

export interface Place {
  scenario: Scenario;
  fork: string;
}

export interface Case {
  name: string;
  scenario: Scenario;
  fork: string;
  files: readonly { file: object; invalid: { txIndex: number; code: string } | undefined }[];
}

export const SCENARIOS: readonly Scenario[];
export const NOT_APPLICABLE: Readonly<Record<string, string>>;
export function places(scenarios?: readonly Scenario[]): Place[];
export function caseOf(place: Place, seed: string): Case;
