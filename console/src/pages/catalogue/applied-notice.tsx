import { Link } from '@tanstack/react-router'
import type { Answer } from '../../api/trove.ts'
import { counted } from '../../changes/count-words.ts'
import { Notice } from '../../parts/notice.tsx'

/** What an applied file has changed, and where that can be undone. */
export const AppliedNotice = ({ changes }: Readonly<{ changes: Answer<'applyDatastoreCatalogue'> }>) => (
  <Notice kind="good" title="The file was applied.">
    <p>{summaryOf(changes)}</p>
    <p>
      <Link to="/history">The history shows each change, and undoes it</Link>. New requests are judged by the new rules.
      Existing instances keep running.
    </p>
  </Notice>
)

function summaryOf({ datastores, default_versions: defaults, versions, waivers }: Answer<'applyDatastoreCatalogue'>) {
  const isNew = (each: Readonly<{ is_new: boolean }>) => each.is_new
  const counts: readonly [count: number, one: string, many: string][] = [
    [datastores.filter(isNew).length, 'new datastore', 'new datastores'],
    [datastores.filter(each => !isNew(each)).length, 'changed datastore', 'changed datastores'],
    [versions.filter(isNew).length, 'new version', 'new versions'],
    [versions.filter(each => !isNew(each)).length, 'changed version', 'changed versions'],
    [defaults.length, 'changed default version', 'changed default versions'],
    [waivers.length, 'changed waiver', 'changed waivers'],
  ]
  return `${counts.flatMap(each => (each[0] > 0 ? counted(...each) : [])).join(', ')}.`
}
