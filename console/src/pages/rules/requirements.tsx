import { Link } from '@tanstack/react-router'
import type { Answer } from '../../api/trove.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/moment.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import type { Change, Level } from './change.ts'
import { ChangeButton, DraftButton } from './change-button.tsx'
import { LevelChoice } from './level-choice.tsx'

export type Requirement = Answer<'listFlavorRequirements'>['requirements'][number]

type Changes = Readonly<{
  /** @param level undefined: that of rules without their own */
  addRequirement(text: string, level: Level | undefined): Change
  setLevel(requirementId: string, level: Level): Change
  deleteRequirement(requirementId: string): Change
}>

type Props = Readonly<{
  requirements: readonly Requirement[]
  /** Whose requirements can be changed on this page. */
  source: Requirement['source']
  /** The datastore whose rules apply, too. */
  datastore: Readonly<{ id: string; name: string }>
  changes: Changes
  onSaved: (title: string) => void
}>

/** The requirements that apply, and whose they are. Those of a datastore are changed on its page. */
export function Requirements({ requirements, source, datastore, changes, onSaved }: Props) {
  const columns: readonly Column<Requirement>[] = [
    {
      head: 'A flavor must have',
      cell: ({ requirement, readable }) => (
        <>
          <code>{requirement}</code>
          {readable ? null : ' – invalid, so no flavor meets it'}
        </>
      ),
    },
    { head: 'Level', cell: ({ level }) => level },
    {
      head: 'Rule of',
      cell: ({ source: from }) =>
        from === source ? (
          `this ${source}`
        ) : (
          <>
            the datastore{' '}
            <Link to="/datastores/$datastore" params={{ datastore: datastore.id }}>
              <bdi>{datastore.name}</bdi>
            </Link>
          </>
        ),
    },
    { head: 'Flavors that meet it', cell: ({ flavors_meeting: count }) => count, isNumber: true },
    { head: 'Since', cell: ({ set_at }) => <Moment at={set_at} /> },
    {
      head: 'Change',
      cell: rule =>
        rule.source === source ? (
          <span className="row">
            <SetLevel rule={rule} changes={changes} onSaved={onSaved} />
            <ChangeButton
              label="Delete"
              look="quiet"
              name={`Delete ${rule.requirement}`}
              title={`Delete the requirement ${rule.requirement}`}
              change={changes.deleteRequirement(rule.id)}
              onSaved={onSaved}
            />
          </span>
        ) : (
          <Link to="/datastores/$datastore" params={{ datastore: datastore.id }}>
            on its page
          </Link>
        ),
    },
  ]
  return requirements.length === 0 ? (
    <p>
      No requirement: flavors of any size will do. With one, such as <code>ram&gt;=2GiB</code>, smaller ones do not.
    </p>
  ) : (
    <DataTable caption="Requirements" columns={columns} rows={requirements} keyOf={({ id }) => id} />
  )
}

type LevelProps = Readonly<{ rule: Requirement; changes: Changes; onSaved: (title: string) => void }>

const SetLevel = ({ rule, changes, onSaved }: LevelProps) => (
  <DraftButton<Level>
    label="Level"
    look="quiet"
    name={`Set the level of ${rule.requirement}`}
    title={`Set the level of ${rule.requirement}`}
    initial={rule.level}
    changeOf={level => changes.setLevel(rule.id, level)}
    fields={(level, setLevel) => <LevelChoice label="Level" value={level} onChange={setLevel} />}
    onSaved={onSaved}
  />
)

type AddProps = Readonly<{ changes: Changes; level: Level; onSaved: (title: string) => void }>

/** @param level the level of rules without their own; it is offered first */
export const AddRequirement = ({ changes, level: first, onSaved }: AddProps) => (
  <DraftButton
    label="Add a requirement"
    title="Add a requirement"
    initial={{ text: '', level: first }}
    changeOf={({ text, level }) =>
      text.trim() === '' ? undefined : changes.addRequirement(text.trim(), level === first ? undefined : level)
    }
    savedAs={({ text }) => `Add the requirement ${text.trim()}`}
    fields={(draft, onChange) => (
      <>
        <TextInput
          label="Requirement"
          help="A property, a comparison and a value: ram>=2GiB, vcpus>=2, disk<=100, ram/vcpus>=2GiB, name=db.*"
          value={draft.text}
          onChange={text => onChange({ ...draft, text })}
          autoComplete="off"
          autoFocus
        />
        <LevelChoice label="Level" value={draft.level} onChange={level => onChange({ ...draft, level })} />
      </>
    )}
    onSaved={onSaved}
  />
)
