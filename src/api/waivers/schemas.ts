import { Type } from 'typebox'
import { waiverStates } from '../../model/waiver.ts'
import { waivableCodes } from '../../rules/waivers/waivable-reasons.ts'
import { dryRunQuery, plainDryRun } from '../dry-run.ts'
import { date, nonEmpty, oneOf, orNull, reasonExample, reasonList } from '../schema-parts.ts'

const optionalText = (description: string) => Type.Optional(Type.String({ description }))

export const waiversQuery = Type.Object({
  project_id: optionalText('Only list waivers of this project.'),
  instance_id: optionalText('Only list waivers of this instance.'),
  datastore: optionalText('Only list waivers for this datastore or its versions, by id or name.'),
  version: optionalText('Only list waivers for this datastore version alone, by id, or by name if `datastore` is set.'),
  all: optionalText('`true`: also list waivers that have expired or were ended.'),
  limit: optionalText('Maximum number of waivers per page; at most 20.'),
  marker: optionalText('Id of the last waiver of the previous page.'),
})

/** The query of a request that changes waivers. */
export const changeWaiverQuery = dryRunQuery

const untilSays =
  'A date, such as `2026-12-31`, which ends with that day in UTC; a time in UTC, such as `2026-12-31T18:00:00`; or a number of hours, days or weeks from now, such as `12h`, `14d` or `2w`.'

export const addWaiver = Type.Object(
  {
    project_id: Type.Optional(nonEmpty({ description: 'The project. Required without `instance_id`.' })),
    instance_id: Type.Optional(
      nonEmpty({ description: 'The instance, if the waiver is for one instance. Default: all of the project.' }),
    ),
    datastore: nonEmpty({ description: 'Id or name of the datastore.' }),
    version: Type.Optional(nonEmpty({ description: 'Id or name of the version. Default: all versions.' })),
    version_number: Type.Optional(
      nonEmpty({ description: 'Number of the version, if several versions have this name.' }),
    ),
    only: Type.Optional(
      Type.Array(nonEmpty(), {
        description: `What is waived: ${waivableCodes.map(code => `\`${code}\``).join(', ')}, or requirements such as \`ram>=2048\`. A rule must be able to give each of them. Default: every reason.`,
      }),
    ),
    until: nonEmpty({ description: `${untilSays} \`[trovets] max_waiver_days\` limits it.` }),
    reason: nonEmpty({ description: 'Why it is needed.' }),
  },
  {
    additionalProperties: false,
    examples: [
      {
        project_id: 'a49c9db718d14eb6b6ad80e4d244e10b',
        datastore: 'mysql',
        version: '8.0',
        only: ['ram>=2048', 'not_associated'],
        until: '2026-12-31',
        reason: 'migration, ticket 4711',
      },
    ],
  },
)

export const shortenWaiver = Type.Object(
  { until: nonEmpty({ description: `The new end, before the present one. ${untilSays}` }) },
  { additionalProperties: false, examples: [{ until: '2026-12-24' }] },
)

export const waiver = Type.Object({
  id: Type.String(),
  created: date,
  author: Type.String({ description: 'A user id, or `cli:` followed by the operating system user.' }),
  project_id: Type.String(),
  instance_id: orNull(Type.String({ description: 'Null for all instances of the project, including new ones.' })),
  datastore: Type.Object({
    id: Type.String(),
    name: orNull(Type.String({ description: 'Null if the datastore no longer exists.' })),
  }),
  version: orNull(
    Type.Object(
      {
        id: Type.String(),
        name: orNull(Type.String({ description: 'Null if the version no longer exists.' })),
        version: orNull(Type.String()),
      },
      { description: 'Null for all versions of the datastore, including new ones.' },
    ),
  ),
  only: Type.Array(Type.String(), { description: 'What is waived; empty for every reason.' }),
  until: Type.String({ description: 'The last second in which it is in force, in UTC without a zone.' }),
  reason: Type.String(),
  state: oneOf(waiverStates, {
    description:
      '`in_force`; `no_match`: its datastore, version or instance no longer exists; `expired`: its time is over; `ended`: it was ended before.',
  }),
  ended: orNull(date),
  ended_by: orNull(Type.String()),
})

const waiverExample = {
  id: '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
  created: '2026-11-23T20:58:35',
  author: '4b2c9e0d1a7f4c3b8e5d6f7a8b9c0d1e',
  project_id: 'a49c9db718d14eb6b6ad80e4d244e10b',
  instance_id: null,
  datastore: { id: '87290398-863a-473c-a458-6d45d64e5823', name: 'mysql' },
  version: { id: '4ca7e035-97cb-4cfc-ad97-381f5dc18e99', name: '8.0', version: '8.0' },
  only: ['not_associated', 'ram>=2048'],
  until: '2026-12-31T23:59:59',
  reason: 'migration, ticket 4711',
  state: 'in_force',
  ended: null,
  ended_by: null,
}

/** The number of instances that a dry run answers with. */
export const shownMax = 20

const flavorOfWaiver = Type.Object({
  id: Type.String(),
  name: orNull(Type.String({ description: 'Null if the flavor does not exist.' })),
})
const versionOfWaiver = Type.Object({ id: Type.String(), name: Type.String(), version: Type.String() })

const waiverDryRun = Type.Object(
  {
    changes: Type.Boolean({ description: 'Whether the request would change anything: always true.' }),
    flavors: Type.Array(Type.Object({ version: versionOfWaiver, flavors: Type.Array(flavorOfWaiver) }), {
      description:
        'The flavors that the project or the instance may use only with the waiver, smallest first; versions without any are left out.',
    }),
    instance_count: Type.Integer({
      description: 'Number of instances that break rules today, which only the waiver waives.',
    }),
    instances: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        tenant_id: Type.String(),
        version: versionOfWaiver,
        flavor: flavorOfWaiver,
        reasons: reasonList,
      }),
      { description: `The first ${shownMax} of them.` },
    ),
  },
  {
    description:
      'Only in the answer to a dry run: what the waiver changes. Nothing was changed, and no waiver has the id of a new one.',
  },
)

const waiverDryRunExample = {
  changes: true,
  flavors: [{ version: { ...waiverExample.version }, flavors: [{ id: '1', name: 'm1.tiny' }] }],
  instance_count: 1,
  instances: [
    {
      id: '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
      name: 'shop',
      tenant_id: 'a49c9db718d14eb6b6ad80e4d244e10b',
      version: { ...waiverExample.version },
      flavor: { id: '1', name: 'm1.tiny' },
      reasons: [reasonExample],
    },
  ],
}

export const replies = {
  waivers: Type.Object(
    {
      waivers: Type.Array(waiver),
      links: Type.Optional(Type.Array(Type.Object({ rel: Type.Literal('next'), href: Type.String() }))),
    },
    { examples: [{ waivers: [waiverExample] }] },
  ),
  changedWaiver: Type.Object(
    { waiver, dry_run: Type.Optional(waiverDryRun) },
    { examples: [{ waiver: waiverExample }, { waiver: waiverExample, dry_run: waiverDryRunExample }] },
  ),
  shortenedWaiver: Type.Object(
    { waiver, dry_run: Type.Optional(plainDryRun) },
    { examples: [{ waiver: waiverExample }] },
  ),
}
