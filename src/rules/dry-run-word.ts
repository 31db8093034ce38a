/** True for `dry_run` and its misspellings: a client that wants to try a change must not make it. */
export const isLikeDryRun = (name: string): boolean => name.replace(/[^a-z]/gi, '').toLowerCase() === 'dryrun'
