import { useState } from 'react'
import { ActionButton } from '../parts/action-button.tsx'
import { ApiProblem } from '../parts/api-problem.tsx'
import { TextInput } from '../parts/text-input.tsx'
import type { Project } from './identity.ts'

/** More projects than this are easier found by their name. */
const listedMax = 8

type Props = Readonly<{
  projects: readonly Project[]
  onChoose: (id: string) => Promise<void>
  onBack: () => void
}>

/** Asks for the project to work in. */
export function ProjectList({ projects, onChoose, onBack }: Props) {
  const [chosen, setChosen] = useState<string>()
  const [error, setError] = useState<unknown>()
  const [words, setWords] = useState('')
  const found = projects.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()))
  const choose = (id: string) => {
    setChosen(id)
    setError(undefined)
    onChoose(id)
      .catch(setError)
      .finally(() => setChosen(undefined))
  }
  return (
    <div className="stack">
      <h1>Choose a project</h1>
      <p className="hint">You can change it later, at the top of every page.</p>
      {projects.length > listedMax ? (
        <TextInput label="Search projects" value={words} onChange={setWords} autoFocus />
      ) : null}
      <ul className="choices">
        {found.map(({ id, name }) => (
          <li key={id}>
            <ActionButton onPress={() => choose(id)} busy={chosen === id && `${name} …`}>
              {name}
            </ActionButton>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p>No project has '{words}' in its name.</p> : null}
      <ApiProblem error={error} />
      <ActionButton look="quiet" onPress={onBack}>
        Log in as another user
      </ActionButton>
    </div>
  )
}
