import type { Answer } from '../api/trove.ts'

/** A verdict on a flavor, with every reason. */
export type FlavorVerdict = Answer<'listVersionFlavorVerdicts'>['verdicts'][number]
type Outcome = FlavorVerdict['outcome']

/** How an outcome looks. It has a sign and a word, so that it does not depend on its colour. */
export const outcomeLooks: Readonly<
  Record<Outcome, Readonly<{ sign: string; word: string; means: string; inFull: string }>>
> = {
  allowed: { sign: '✓', word: 'allowed', means: 'no rule speaks against it', inFull: 'allowed' },
  warned: {
    ...{ sign: '!', word: 'warned', means: 'allowed, and tenants get a warning' },
    inFull: 'allowed with a warning',
  },
  audited: {
    ...{ sign: '◔', word: 'audited', means: 'allowed, and only logs and reports say that it breaks a rule' },
    inFull: 'allowed, but audited',
  },
  refused: { sign: '✕', word: 'refused', means: 'a create or resize is refused', inFull: 'refused' },
}

/** What becomes of a flavor, in a word. */
export const OutcomeMark = ({ outcome }: Readonly<{ outcome: Outcome }>) => (
  <span className={`outcome ${outcome}`}>
    <span aria-hidden="true">{outcomeLooks[outcome].sign}</span> {outcomeLooks[outcome].word}
  </span>
)
