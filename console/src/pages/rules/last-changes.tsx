import { useQuery } from '@tanstack/react-query'
import { type Answer, trove } from '../../api/trove.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Notice } from '../../parts/notice.tsx'
import { undoChange } from './change.ts'
import { ChangeButton } from './change-button.tsx'

type Event = Answer<'listFlavorRuleEvents'>['events'][number]

/** The events of one request, newest first. */
type Group = readonly [Event, ...Event[]]

/** Whose changes: those of a version and its datastore, or those of a datastore and its versions. */
type Subject = Readonly<{ version: string } | { datastore: string }>

function useChanges(subject: Subject) {
  return useQuery({
    queryKey: ['rule events', subject],
    queryFn: async () => groupsOf((await trove.listFlavorRuleEvents({ query: subject })).events),
  })
}

function groupsOf(events: readonly Event[]): Group[] {
  const groups: [Event, ...Event[]][] = []
  for (const event of events) {
    const last = groups.at(-1)
    if (last && event.request_id !== null && last[0].request_id === event.request_id) last.push(event)
    else groups.push([event])
  }
  return groups
}

type UndoProps = Readonly<{ group: Group; onSaved: (title: string) => void; look: 'plain' | 'quiet' }>

function UndoButton({ group, onSaved, look }: UndoProps) {
  const [{ id }, ...rest] = group
  const words = wordsOf(group)
  return (
    <ChangeButton
      label="Undo"
      look={look}
      name={`Undo: ${words}`}
      title={`Undo: ${words}`}
      change={undoChange([id, ...rest.map(({ id }) => id)])}
      onSaved={onSaved}
    />
  )
}

/** What an event is about, where that is not the subject of the page. */
function placeOf({ version }: Event, subject: Subject): string {
  if (version === null) return 'version' in subject ? ', for the whole datastore' : ''
  return 'version' in subject ? '' : `, version ${version.name ?? version.id}`
}

const wordsOf = (group: Group) => group.map(({ words }) => words).join(', ')

type Props = Readonly<{ subject: Subject; onSaved: (title: string) => void }>

/** Who changed these rules last, each with its undo. */
export function LastChanges({ subject, onSaved }: Props) {
  const { data, error } = useChanges(subject)
  if (!data) return error ? <ApiProblem error={error} /> : <Loading what="changes" />
  if (data.length === 0)
    return <p>No change is recorded. Every change of these rules will be listed here, with its author.</p>
  const undone = new Set(data.flat().flatMap(({ undoes }) => undoes ?? []))
  return (
    <ul className="changes">
      {data.map(group => (
        <li key={group[0].id}>
          <span>
            <Moment at={group[0].created} />, {group[0].actor}
            {placeOf(group[0], subject)}: <bdi>{wordsOf(group)}</bdi>
          </span>
          {group.some(({ id }) => undone.has(id)) ? (
            <span className="hint">undone</span>
          ) : (
            <UndoButton group={group} onSaved={onSaved} look="quiet" />
          )}
        </li>
      ))}
    </ul>
  )
}

/** Says that a change was saved, and offers to undo the newest one. */
export function SavedNotice({ subject, saved, onSaved }: Props & Readonly<{ saved: string | undefined }>) {
  const { data, isFetching } = useChanges(subject)
  const newest = data?.[0]
  if (saved === undefined) return null
  return (
    <Notice kind="good" title={`Saved: ${saved}`}>
      <p>New requests are judged by the new rules. Existing instances keep running.</p>
      {newest && !isFetching ? <UndoButton group={newest} onSaved={onSaved} look="plain" /> : null}
    </Notice>
  )
}
