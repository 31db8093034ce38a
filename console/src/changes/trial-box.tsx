import type { ReactNode } from 'react'
import { ApiProblem } from '../parts/api-problem.tsx'
import type { Trial } from './use-trial.ts'

type Props<Answer> = Readonly<{
  trial: Trial<Answer>
  /** What is said until the input is complete. */
  before?: string | undefined
  children: (answer: Answer) => ReactNode
}>

/** Says what a change would do, or why it would be refused. It keeps its place, so that the buttons below do not move away. */
export function TrialBox<Answer>({ trial: { answer, error, isPending }, before, children }: Props<Answer>) {
  return (
    <section className="panel trial" aria-label="What would change">
      <h3>What would change</h3>
      <div className="stack" role="status" aria-busy={isPending}>
        <ApiProblem error={error} title="This would be refused." />
        {answer === undefined ? null : children(answer)}
        {answer === undefined && !error ? <p className="hint">{before ?? 'Asking what would change …'}</p> : null}
      </div>
    </section>
  )
}
