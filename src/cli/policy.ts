// The policy that the command line's options stand for. A switch is either off, or what the preset says.
import type { PolicyOptions } from '../policy.ts';

/** As the parser gives them: a switch that was not named is true. */
export interface PolicyArguments {
  preset?: PolicyOptions['preset'] | undefined;
  detection?: PolicyOptions['detection'] | undefined;
  dispatch?: 'static' | 'dynamic' | 'both' | undefined;
  queueLimit?: number | undefined;
  pipeline?: PolicyOptions['pipeline'] | undefined;
  unconfirmed?: boolean | undefined;
  shadow?: boolean | undefined;
  detectInAdvance?: boolean | undefined;
  commit?: PolicyOptions['commit'] | undefined;
}

export function policyOptions(given: PolicyArguments): PolicyOptions {
  const { preset, detection, dispatch, queueLimit, pipeline, commit } = given;
  const lists = {
    ...(dispatch !== undefined && { static: dispatch !== 'dynamic', dynamic: dispatch !== 'static' }),
    ...(queueLimit !== undefined && { queueLimit }),
  };
  return {
    ...(preset !== undefined && { preset }),
    ...(detection !== undefined && { detection }),
    ...(pipeline !== undefined && { pipeline }),
    ...(commit !== undefined && { commit }),
    dispatch: lists,
    ...(given.unconfirmed === false && { unconfirmed: false }),
    ...(given.shadow === false && { shadow: false }),
    ...(given.detectInAdvance === false && { detectInAdvance: false }),
  };
}
