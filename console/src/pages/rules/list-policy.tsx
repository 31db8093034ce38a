import { Choice, type Option } from '../../parts/choice.tsx'
import type { Change, Level, Restriction } from './change.ts'
import { DraftButton } from './change-button.tsx'
import { LevelChoice } from './level-choice.tsx'

type Policy = Readonly<{ restriction: Restriction; list_level: Level | null; enforcement?: Level }>
type Body = Readonly<{ restriction?: Restriction; enforcement?: Level; list_level?: Level }>

/** What a restriction means in a place. */
export type RestrictionWords = Readonly<Record<Restriction, Readonly<{ label: string; detail: string }>>>

type Props = Readonly<{
  policy: Policy
  words: RestrictionWords
  setPolicy: (body: Body) => Change
  onSaved: (title: string) => void
}>

/** What of a draft is not so already. A request says nothing else, so that nothing else is changed. */
const changedIn = (policy: Policy, draft: Body): Body =>
  Object.fromEntries(Object.entries(draft).filter(([key, value]) => policy[key as keyof Policy] !== value))

/** Changes whether a list is necessary, and the level of the list; for a version, also that of rules without their own. */
export const ChangeListPolicy = ({ policy, words, setPolicy, onSaved }: Props) => (
  <DraftButton<Body>
    label="Change"
    name="Change the list policy"
    title="Change the list policy"
    initial={{}}
    changeOf={draft => {
      const body = changedIn(policy, draft)
      return Object.keys(body).length === 0 ? undefined : setPolicy(body)
    }}
    fields={(draft, onChange) => <Fields policy={policy} words={words} draft={draft} onChange={onChange} />}
    onSaved={onSaved}
  />
)

type FieldsProps = Pick<Props, 'policy' | 'words'> & Readonly<{ draft: Body; onChange: (draft: Body) => void }>

function Fields({ policy, words, draft, onChange }: FieldsProps) {
  const restriction = draft.restriction ?? policy.restriction
  const options: readonly Option[] = (['open', 'listed'] as const).map(id => ({ id, ...words[id] }))
  const hasLevel = policy.enforcement !== undefined || restriction === 'listed'
  return (
    <>
      <Choice
        label="Which flavors are allowed"
        options={options}
        value={restriction}
        help={words[restriction].detail}
        onChange={id => onChange({ ...draft, restriction: id as Restriction })}
      />
      {hasLevel ? (
        <LevelChoice
          label="Level of the list"
          value={draft.list_level ?? policy.list_level ?? 'refuse'}
          onChange={list_level => onChange({ ...draft, list_level })}
        />
      ) : null}
      {policy.enforcement === undefined ? null : (
        <LevelChoice
          label="Level of rules without a level of their own"
          value={draft.enforcement ?? policy.enforcement}
          onChange={enforcement => onChange({ ...draft, enforcement })}
        />
      )}
    </>
  )
}
