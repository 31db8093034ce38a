import { Type } from 'typebox'
import { type GateOperation, gateOperations } from '../../model/gate-operation.ts'
import { levels } from '../../model/level.ts'
import { findingKinds, soonDays } from '../../rules/allowed/flavor/compliance.ts'
import { findingGroups } from '../../rules/allowed/flavor/compliance-kinds.ts'
import { date, oneOf, orNull, reasonExample, reasonList } from '../schema-parts.ts'

const optionalText = (description: string) => Type.Optional(Type.String({ description }))

/** Filters and paging of the compliance report. */
export const complianceQuery = Type.Object({
  datastore: optionalText('Id or name of a datastore.'),
  version: optionalText('Id of a datastore version, or its name if `datastore` is set.'),
  project_id: optionalText('Only report instances of this project. Findings about versions are left out.'),
  instance_id: optionalText(
    'Only report these instances: ids, separated by commas. Findings about versions are left out.',
  ),
  kind: optionalText(`Only report these kinds of findings, separated by commas: ${findingKinds.join(', ')}.`),
  limit: optionalText('Maximum number of findings per page; at most 20.'),
  marker: optionalText('Marker from the link to the next page.'),
})

export const finding = Type.Object({
  kind: oneOf(findingKinds),
  group: oneOf(findingGroups, {
    description:
      '`refused`, `warned`, `audited`: what becomes of such a request today. `waived`: waivers cover every reason. `unasked`: admitted without asking whether it is allowed. `past_gate`: the gate did not admit it, or only by a bypass.',
  }),
  datastore: Type.Object({ id: Type.String(), name: Type.String() }),
  version: Type.Object({ id: Type.String(), name: Type.String(), version: Type.String() }),
  enforcement: oneOf(levels, {
    description:
      'The strictest level of the rules that are broken. `refuse`: refused; `warn`: admitted with a warning; `audit`: admitted.',
  }),
  flavor: orNull(
    Type.Object({
      id: Type.String(),
      name: orNull(
        Type.String({
          description: 'If the flavor does not exist: the name that it had when it was associated, or null.',
        }),
      ),
    }),
  ),
  instance: orNull(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      tenant_id: Type.String(),
      ours: Type.Boolean({ description: 'False if another Trove on the same database manages it.' }),
    }),
  ),
  successors: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
    description: 'With an associated flavor that does not exist: the flavors that have its name now.',
  }),
  requirement: orNull(Type.String({ description: 'The stored requirement that cannot be parsed.' })),
  reasons: reasonList,
  waived_until: orNull(
    Type.String({
      description:
        'If waivers cover every reason of the finding: when the first reason is no longer covered, in UTC without a zone.',
    }),
  ),
  waiver_ids: Type.Array(Type.String(), { description: 'The waivers that cover it; empty if it is not waived.' }),
  since: orNull(
    Type.String({
      description:
        'With a finding about a gate: when the instance was created, last changed or admitted, in UTC without a zone.',
    }),
  ),
  admission: orNull(
    Type.Object(
      {
        decision_id: Type.String(),
        created: date,
        operation: oneOf(Object.keys(gateOperations) as GateOperation[]),
        user_id: orNull(Type.String()),
        version_id: Type.String(),
        flavor_id: Type.String(),
        reason: orNull(Type.String({ description: 'Why a refusal was bypassed.' })),
      },
      {
        description: 'What the gate admitted: the request that the finding is about, or the last one before a change.',
      },
    ),
  ),
  message: Type.String({ description: 'Describes the violation.' }),
  next: Type.String({ description: 'The next step to fix it.' }),
  command: orNull(
    Type.String({ description: 'A shell command that fixes it. Null if that needs a decision or something else.' }),
  ),
})

const kindOfFindings = Type.Object({
  kind: oneOf(findingKinds),
  title: Type.String(),
  means: Type.String(),
  ends: Type.String({ description: 'What ends findings of this kind.' }),
  count: Type.Integer({ description: 'Number of findings on all pages, including waived ones.' }),
})

export const complianceReply = Type.Object(
  {
    total: Type.Integer({ description: 'Number of findings on all pages, including waived ones.' }),
    waived: Type.Integer({ description: 'Number of findings on all pages that are waived.' }),
    waivers_ending_soon: Type.Integer({
      description: `Number of waivers that cover one of these findings and end within ${soonDays} days.`,
    }),
    kinds: Type.Array(kindOfFindings, {
      description: 'The kinds of findings that occur; the filter `kind` does not limit them.',
    }),
    findings: Type.Array(finding),
    links: Type.Optional(Type.Array(Type.Object({ rel: Type.Literal('next'), href: Type.String() }))),
  },
  {
    examples: [
      {
        total: 1,
        waived: 0,
        waivers_ending_soon: 0,
        kinds: [
          {
            kind: 'instance_out_of_line',
            title: 'Instance on a flavor that breaks a rule',
            means: 'An instance runs on a flavor that breaks a rule of its version today.',
            ends: 'Resize the instance to a flavor that its version allows, or change the flavor policy.',
            count: 1,
          },
        ],
        findings: [
          {
            kind: 'instance_out_of_line',
            group: 'refused',
            datastore: { id: '87290398-863a-473c-a458-6d45d64e5823', name: 'mysql' },
            version: { id: '4ca7e035-97cb-4cfc-ad97-381f5dc18e99', name: '8.0', version: '8.0' },
            enforcement: 'refuse',
            flavor: { id: '1', name: 'm1.tiny' },
            instance: {
              id: '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
              name: 'shop',
              tenant_id: 'a49c9db718d14eb6b6ad80e4d244e10b',
              ours: true,
            },
            successors: [],
            requirement: null,
            reasons: [reasonExample],
            waived_until: null,
            waiver_ids: [],
            since: null,
            admission: null,
            message: 'It runs on flavor m1.tiny (1): it does not meet ram>=2048 (it has 512 MiB).',
            next: 'Resize it to m1.small (2), the closest suitable flavor.',
            command: 'openstack database instance resize flavor 019abcf1-7f3e-7000-8000-3c2d1e0f9a8b 2',
          },
        ],
      },
    ],
  },
)
