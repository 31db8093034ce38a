import { useState } from 'react'
import { Form } from 'react-aria-components'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { Warnings } from './warnings.tsx'

/** Enlarges the volume of an instance. */
export function VolumeGrowth({ id, sizeGb }: Readonly<{ id: string; sizeGb: number }>) {
  const [typed, setTyped] = useState('')
  const grow = useChange(
    (size: string) => trove.actOnInstance({ path: { id }, body: { resize: { volume: { size: Number(size) } } } }),
    () => setTyped(''),
  )
  return (
    <section className="panel" aria-labelledby="volume">
      <h2 id="volume">Enlarge the volume</h2>
      <Form
        className="stack"
        onSubmit={event => {
          event.preventDefault()
          grow.mutate(typed)
        }}
      >
        <TextInput
          label="New size in GiB"
          inputMode="numeric"
          pattern="[0-9]+"
          value={typed}
          onChange={setTyped}
          help={`It has ${sizeGb} GiB now. A volume cannot be made smaller.`}
          isRequired
        />
        <ApiProblem error={grow.error} title="The volume was not enlarged." />
        <Warnings answer={grow.data} />
        <ActionButton type="submit" busy={grow.isPending && 'Enlarging …'}>
          Enlarge the volume
        </ActionButton>
      </Form>
    </section>
  )
}
