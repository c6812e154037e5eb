/** Why no test notices a change: by set and rule, then by the change. */
export const SURVIVORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {}
