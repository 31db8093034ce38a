import { TextInput } from '../parts/text-input.tsx'
import { VersionFilter } from '../parts/version-filter.tsx'

/** A waiver as it is typed. */
export type WaiverDraft = Readonly<{
  project: string
  instance: string
  /** Names or ids; a version that is undefined means all of them. */
  datastore?: string
  version?: string
  /** Reasons, separated by commas; empty for every reason. */
  only: string
  until: string
  reason: string
}>

export const emptyDraft: WaiverDraft = { project: '', instance: '', only: '', until: '14d', reason: '' }

/** When a time can be given in several ways. */
export const timeHelp =
  'A number of hours, days or weeks, such as 12h, 14d or 2w; or a date, such as 2026-12-31, which ends with that day in UTC.'

type Props = Readonly<{ value: WaiverDraft; onChange: (value: WaiverDraft) => void }>

export function WaiverFields({ value, onChange }: Props) {
  const { datastore: _datastore, version: _version, ...withoutPlace } = value
  const field = (name: 'project' | 'instance' | 'only' | 'until' | 'reason') => ({
    value: value[name],
    onChange: (text: string) => onChange({ ...value, [name]: text }),
  })
  return (
    <>
      <div className="pair">
        <TextInput label="Project id" {...field('project')} help="Required without an instance." />
        <TextInput label="Instance id" {...field('instance')} help="Empty: all instances of the project." />
      </div>
      <div className="pair">
        <VersionFilter
          value={value}
          everyDatastore="Choose a datastore"
          onChange={place => onChange({ ...withoutPlace, ...place })}
        />
      </div>
      <TextInput
        label="Rules to waive"
        {...field('only')}
        help="Codes or requirements, separated by commas, such as not_associated (the list), ram>=2048. Empty: every rule."
      />
      <TextInput
        label="Until"
        {...field('until')}
        help={`${timeHelp} The cloud limits it; the default is 90 days.`}
        isRequired
      />
      <TextInput label="Why it is needed" {...field('reason')} help="It is kept in the history." isRequired autoFocus />
    </>
  )
}
