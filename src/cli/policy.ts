// The policy that the command line's options stand for, and how senders are taken. A switch is either off, or what the preset says.
import type { EngineOptions } from '../index.ts';
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
  senders?: EngineOptions['senders'] | undefined;
}

export function policyOptions(given: PolicyArguments): PolicyOptions & Pick<EngineOptions, 'senders'> {
  const { preset, detection, dispatch, queueLimit, pipeline, commit, senders } = given;
  const lists = {
    ...(dispatch !== undefined && { static: dispatch !== 'dynamic', dynamic: dispatch !== 'static' }),
    ...(queueLimit !== undefined && { queueLimit }),
  };
  return {
    ...(preset !== undefined && { preset }),
    ...(detection !== undefined && { detection }),
    ...(pipeline !== undefined && { pipeline }),
    ...(commit !== undefined && { commit }),
    ...(senders !== undefined && { senders }),
    dispatch: lists,
    ...(given.unconfirmed === false && { unconfirmed: false }),
    ...(given.shadow === false && { shadow: false }),
    ...(given.detectInAdvance === false && { detectInAdvance: false }),
  };
}
