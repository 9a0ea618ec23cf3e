/** The contracts that the protocol calls under a fork. */
export declare function systemContracts(
  fork: string,
): { address: string; since: string; storage: Record<string, string>; code: string }[];
