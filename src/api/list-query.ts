import { columnTextProblem } from '../model/column-text.ts'
import { idLengthMax } from '../model/ids.ts'
import { Refused } from '../model/refused.ts'
import { type Paging, pagingOf } from '../rules/paging.ts'
import { refusal } from '../rules/refusals.ts'

export const isTrue = (text: string | undefined) => /^(true|1|yes|on)$/i.test(text ?? '')

/** The query parameters that `listQuery` reads. */
export const listParameters = ['limit', 'marker', 'include_clustered', 'deleted', 'project_id'] as const

export type ListQuery = Readonly<{ [Name in (typeof listParameters)[number]]?: string }>

/** Parses the query of a list. Throws a refusal for an invalid limit, marker or project. */
export function listQuery(query: ListQuery) {
  const paging: Paging | Refused = pagingOf(query)
  if (paging instanceof Refused) throw paging
  const projectId = query.project_id || undefined
  const problem = projectId && columnTextProblem(projectId, idLengthMax)
  if (problem) throw refusal.text_unusable({ what: 'project id', problem })
  return {
    paging,
    clusteredToo: isTrue(query.include_clustered),
    deleted: isTrue(query.deleted),
    projectId,
  }
}
