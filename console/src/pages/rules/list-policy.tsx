import { useState } from 'react'
import { Choice, type Option } from '../../parts/choice.tsx'
import type { Change, Level, Restriction } from './change.ts'
import { ChangeButton } from './change-button.tsx'
import { levelOptions } from './requirements.tsx'

type Policy = Readonly<{ restriction: Restriction; list_level: Level | null; enforcement?: Level }>
type Body = Readonly<{ restriction?: Restriction; enforcement?: Level; list_level?: Level }>

type Props = Readonly<{
  policy: Policy
  /** What `open` and `listed` mean here. */
  open: string
  listed: string
  setPolicy: (body: Body) => Change
  onSaved: (title: string) => void
}>

/** Changes whether a list is necessary, and the level of the list; for a version, also that of rules without their own. */
export function ChangeListPolicy({ policy, open, listed, setPolicy, onSaved }: Props) {
  const [draft, setDraft] = useState<Body>({})
  const restriction = draft.restriction ?? policy.restriction
  const options: readonly Option[] = [
    { id: 'open', label: 'open', detail: open },
    { id: 'listed', label: 'listed', detail: listed },
  ]
  const hasLevel = policy.enforcement !== undefined || restriction === 'listed'
  return (
    <ChangeButton
      label="Change"
      name="Change the list policy"
      title="Change the list policy"
      draft={Object.keys(draft).length === 0 ? undefined : setPolicy(draft)}
      onSaved={title => {
        setDraft({})
        onSaved(title)
      }}
    >
      <Choice
        label="Flavors outside the list"
        options={options}
        value={restriction}
        onChange={id => setDraft({ ...draft, restriction: id as Restriction })}
      />
      {hasLevel ? (
        <Choice
          label="Level of the list"
          options={levelOptions}
          value={draft.list_level ?? policy.list_level ?? 'refuse'}
          onChange={id => setDraft({ ...draft, list_level: id as Level })}
        />
      ) : null}
      {policy.enforcement === undefined ? null : (
        <Choice
          label="Level of rules without a level of their own"
          options={levelOptions}
          value={draft.enforcement ?? policy.enforcement}
          onChange={id => setDraft({ ...draft, enforcement: id as Level })}
        />
      )}
    </ChangeButton>
  )
}
