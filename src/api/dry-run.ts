import { Type } from 'typebox'
import { Refused } from '../model/refused.ts'
import type { ChangeOptions, DryRun } from '../operations/flavors/policy-effect.ts'
import type { InstancePage, TouchedInstance } from '../operations/flavors/touched-instances.ts'
import { markerOf, positionOf } from '../rules/paging.ts'
import { refusal } from '../rules/refusals.ts'
import { isTrue, listQuery } from './list-query.ts'
import type { View } from './route.ts'
import { oneOf, orNull, reasonExample, reasonList } from './schema-parts.ts'

/** The name of the query parameter. A request that cannot be tried is refused with it (`http/run-route.ts`). */
export const dryRunParameter = 'dry_run'

/** An unknown value must not pass for `false`, which would make the change. */
const booleans = ['true', 'false', 'True', 'False', '1', '0', 'yes', 'no', 'on', 'off'] as const

const dryRunFlag = Type.Optional(
  oneOf(booleans, { description: '`true`: change nothing, and answer 200 with what the request would change.' }),
)

/** The query of a request that touches no instances. */
export const dryRunQuery = Type.Object({ [dryRunParameter]: dryRunFlag })

/** The query of a request that changes which flavors are allowed. */
export const changeQuery = Type.Object({
  [dryRunParameter]: dryRunFlag,
  limit: Type.Optional(Type.String({ description: 'With `dry_run`: the maximum number of instances; at most 20.' })),
  marker: Type.Optional(
    Type.String({ description: 'With `dry_run`: marker from the link to the next page of the instances.' }),
  ),
})

export const isDryRun = (query: View<typeof dryRunQuery>): boolean => isTrue(query.dry_run)

/** Reads from the query and the body how to make a change. Throws a refusal for an invalid limit or marker. */
export function changeOptionsOf(query: View<typeof changeQuery>, body: { allow_none?: boolean } = {}): ChangeOptions {
  return { dryRun: isDryRun(query) ? pageOf(query) : undefined, allowNone: body.allow_none === true }
}

function pageOf({ limit, marker }: View<typeof changeQuery>): InstancePage {
  const { paging } = listQuery({
    ...(limit === undefined ? {} : { limit }),
    ...(marker === undefined ? {} : { marker }),
  })
  if (paging.marker === undefined) return { limit: paging.size }
  const position = positionOf(paging.marker)
  if (position instanceof Refused) throw position
  const [projectId, id, ...more] = position
  // The parts are compared in SQL, where PostgreSQL rejects NUL. Markers from this list never contain it.
  if (projectId === undefined || id === undefined || more.length > 0 || position.some(part => part.includes('\0')))
    throw refusal.marker_unusable({ marker: paging.marker })
  return { limit: paging.size, after: [projectId, id] }
}

/** The field of a body with which a change is made that leaves no flavor. */
export const allowNone = Type.Boolean({
  description:
    'Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false.',
})

const touchedInstance = Type.Object({
  id: Type.String(),
  name: Type.String(),
  tenant_id: Type.String(),
  flavor: Type.Object({
    id: Type.String(),
    name: orNull(Type.String({ description: 'Null if the flavor does not exist.' })),
  }),
  allowed: Type.Boolean({ description: 'Whether new instances could have this flavor after the change.' }),
  reasons: reasonList,
})

export const dryRun = Type.Object(
  {
    changes: Type.Boolean({ description: 'Whether the request would change anything.' }),
    instance_count: Type.Integer({ description: 'Number of instances that the change would touch, on all pages.' }),
    project_count: Type.Integer({ description: 'Number of projects that have these instances.' }),
    instances: Type.Array(touchedInstance, {
      description:
        'A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id.',
    }),
    links: Type.Optional(
      Type.Array(Type.Object({ rel: Type.Literal('next'), href: Type.String() }), {
        description: 'The next page: the URL for the same request.',
      }),
    ),
  },
  { description: 'Only in the answer to a dry run. Nothing was changed.' },
)

/** For a request that touches no instances. */
export const plainDryRun = Type.Object(
  { changes: Type.Boolean({ description: 'Whether the request would change anything.' }) },
  { description: 'Only in the answer to a dry run. Nothing was changed.' },
)

export const dryRunExample = {
  changes: true,
  instance_count: 1,
  project_count: 1,
  instances: [
    {
      id: '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
      name: 'shop',
      tenant_id: 'a49c9db718d14eb6b6ad80e4d244e10b',
      flavor: { id: '1', name: 'm1.tiny' },
      allowed: false,
      reasons: [reasonExample],
    },
  ],
}

/** @param url the URL of the request */
export function dryRunView(url: URL, result: DryRun | undefined): { dry_run?: View<typeof dryRun> } {
  if (!result) return {}
  const { instanceCount, projectCount, instances, next } = result.touched
  const page = {
    changes: result.changes,
    instance_count: instanceCount,
    project_count: projectCount,
    instances: instances.map(instanceView),
  }
  if (next === undefined) return { dry_run: page }
  const href = new URL(url)
  href.searchParams.set('marker', markerOf(next))
  return { dry_run: { ...page, links: [{ rel: 'next', href: href.href }] } }
}

const instanceView = ({
  id,
  name,
  projectId,
  flavorId,
  flavor,
  verdict,
}: TouchedInstance): View<typeof touchedInstance> => ({
  id,
  name,
  tenant_id: projectId,
  flavor: { id: flavorId, name: flavor?.name ?? null },
  allowed: verdict.allowed,
  reasons: verdict.reasons,
})
