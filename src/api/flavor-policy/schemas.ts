import { Type } from 'typebox'
import { restrictions } from '../../model/flavor-policy.ts'
import { levels, ruleSources } from '../../model/level.ts'
import { policyActions } from '../../model/policy-event.ts'
import { outcomes } from '../../rules/allowed/flavor/decide.ts'
import { operators, propertyNames } from '../../rules/allowed/flavor/requirement.ts'
import { allowNone, dryRun, dryRunExample } from '../dry-run.ts'
import { date, hasAlphanumeric, nonEmpty, oneOf, orNull } from '../schema-parts.ts'

export const associateFlavors = Type.Object(
  {
    flavor_ids: Type.Optional(
      Type.Array(nonEmpty({ pattern: hasAlphanumeric }), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Flavors by id, as in Trove, or by name: the answer is 202 without a body. All are associated, or none. Either `flavor_ids` or `flavors` is required. `flavor_ids` imply `allow_none`, because Trove refuses no flavor for that reason.',
      }),
    ),
    flavors: Type.Optional(
      Type.Array(Type.Union([Type.String(), Type.Integer()]), {
        minItems: 1,
        description: 'Flavors by id, as text or integers, or by name: the answer is 200 and describes the effect.',
      }),
    ),
    check: Type.Optional(Type.Boolean({ description: 'Whether every flavor must exist. Default: true.' })),
    force: Type.Optional(
      Type.Boolean({
        description:
          'Also associate flavors that do not meet the requirements. They are still refused at create and resize. Default: false.',
      }),
    ),
    allow_none: Type.Optional(allowNone),
  },
  { additionalProperties: false, examples: [{ flavor_ids: ['13', '14'] }, { flavors: ['13', '14'] }] },
)

export const addRequirements = Type.Object(
  {
    requirements: Type.Array(nonEmpty(), {
      minItems: 1,
      description: 'See docs/reference/requirements.md for the grammar. All are added, or none.',
    }),
    level: Type.Optional(
      oneOf(levels, { description: 'The level of these requirements. Default: the enforcement of the version.' }),
    ),
    allow_none: Type.Optional(allowNone),
  },
  {
    additionalProperties: false,
    examples: [{ requirements: ['ram>=2GiB', 'vcpus>=2'] }, { requirements: ['ram/vcpus>=2GiB'], level: 'warn' }],
  },
)

export const setLevel = Type.Object(
  { level: oneOf(levels), allow_none: Type.Optional(allowNone) },
  { additionalProperties: false, examples: [{ level: 'audit' }] },
)

export const setPolicy = Type.Object(
  {
    restriction: Type.Optional(
      oneOf(restrictions, {
        description:
          '`listed`: only associated flavors are allowed, even if there are none. `open`: a version without associations allows every flavor.',
      }),
    ),
    enforcement: Type.Optional(
      oneOf(levels, {
        description:
          'The level of the rules that have no level of their own. `refuse`: flavors that break one are refused. `warn`: they are admitted with a warning. `audit`: they are admitted, and only logs and reports say so.',
      }),
    ),
    list_level: Type.Optional(
      oneOf(levels, { description: 'The level of the list alone, whatever the enforcement is.' }),
    ),
    allow_none: Type.Optional(allowNone),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'Omitted fields keep their value.',
    examples: [{ restriction: 'listed' }, { restriction: 'open', enforcement: 'warn' }],
  },
)

export const copyRules = Type.Object(
  {
    from: nonEmpty({ description: 'Id of the version whose rules are copied.' }),
    replace: Type.Optional(
      Type.Boolean({
        description: 'Delete rules of the version that the other one does not have. Default: refuse if there are any.',
      }),
    ),
    allow_none: Type.Optional(allowNone),
  },
  { additionalProperties: false, examples: [{ from: 'b9f0a4fe-31d0-4a0c-9ff6-4a4d2c8e7f10' }] },
)

// Responses.

/** More names would not be read. */
export const changedFlavorsMax = 50

export const effect = Type.Object(
  {
    became: orNull(oneOf(['restricted', 'open'])),
    flavors_allowed: Type.Integer(),
    flavors_fell_out: Type.Integer({ description: 'Number of flavors that are no longer allowed.' }),
    flavors_came_in: Type.Integer({ description: 'Number of flavors that are newly allowed.' }),
    flavors_warned: Type.Integer({ description: 'Number of flavors that are allowed with a warning.' }),
    flavors_audited: Type.Integer({
      description:
        'Number of flavors that are allowed without a warning, although they break a rule with the level `audit`.',
    }),
    instances_on_them: Type.Integer({
      description: 'Number of instances on flavors that are no longer allowed. They keep running.',
    }),
    instances_out_of_line: Type.Integer({
      description: 'Number of instances of the version that violate the flavor policy.',
    }),
    flavors_changed: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          allowed: Type.Boolean({ description: 'Whether it would be allowed after the change.' }),
          outcome: oneOf(outcomes, {
            description:
              'What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`.',
          }),
          outcome_before: oneOf(outcomes, { description: 'What becomes of it today.' }),
        }),
        {
          description: `Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most ${changedFlavorsMax}.`,
        },
      ),
    ),
    flavors_changed_count: Type.Optional(Type.Integer({ description: 'The number of all such flavors.' })),
  },
  { description: 'The effect of the change.' },
)

const effectExample = {
  became: null,
  flavors_allowed: 4,
  flavors_fell_out: 2,
  flavors_came_in: 0,
  flavors_warned: 0,
  flavors_audited: 0,
  instances_on_them: 1,
  instances_out_of_line: 1,
}

export const requirement = Type.Object({
  id: Type.String(),
  requirement: Type.String({ description: 'The requirement as stored.' }),
  readable: Type.Boolean({
    description: 'False if it cannot be parsed. It then refuses every flavor until it is deleted.',
  }),
  property: orNull(oneOf(propertyNames, { description: 'The property that is compared; null for an extra spec.' })),
  extra_spec: orNull(Type.String({ description: 'The key of the extra spec that is compared; null for a property.' })),
  operator: orNull(oneOf(operators)),
  value: orNull(Type.Union([Type.Number(), Type.String()], { description: 'For a name, a pattern with * and ?.' })),
  unit: orNull(Type.String()),
  flavors_meeting: Type.Integer({ description: 'Number of flavors that meet it.' }),
  level: oneOf(levels, { description: 'What becomes of flavors that do not meet it.' }),
  source: oneOf(ruleSources, {
    description: 'Whose requirement it is: that of the version, or that of its datastore.',
  }),
  set_at: date,
})

const requirementExample = {
  id: '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
  requirement: 'ram>=2048',
  readable: true,
  property: 'ram',
  extra_spec: null,
  operator: '>=',
  value: 2048,
  unit: 'MiB',
  flavors_meeting: 4,
  level: 'refuse',
  source: 'version',
  set_at: '2026-11-23T20:58:35',
}

export const policy = Type.Object({
  restriction: oneOf(restrictions),
  enforcement: oneOf(levels),
  list_level: oneOf(levels, { description: 'What becomes of flavors that are not on the list of the version.' }),
  restricted: Type.Boolean({
    description:
      'Whether only associated flavors are allowed: because of the restriction, or because there are associations.',
  }),
  associations: Type.Integer(),
  requirements: Type.Array(Type.String()),
})

const policyExample = {
  restriction: 'open',
  enforcement: 'refuse',
  list_level: 'refuse',
  restricted: false,
  associations: 0,
  requirements: ['ram>=2048', 'vcpus>=2'],
}

export const replies = {
  associations: Type.Object({
    flavor_ids: Type.Array(Type.String(), { description: 'The ids alone, as Trove lists them.' }),
    restricted: Type.Boolean({ description: 'False if the version allows every flavor that meets its requirements.' }),
    flavors: Type.Array(
      Type.Object({ id: Type.String(), name: orNull(Type.String()), exists: Type.Boolean(), associated_at: date }),
    ),
  }),
  associationResult: Type.Object(
    {
      added: Type.Array(
        Type.Object({
          id: Type.String(),
          name: orNull(Type.String({ description: 'Null if the flavor does not exist.' })),
        }),
      ),
      effect,
      warnings: Type.Optional(
        Type.Array(Type.String(), { description: 'One sentence for each flavor that does not meet the requirements.' }),
      ),
      dry_run: Type.Optional(dryRun),
    },
    { examples: [{ added: [{ id: '13', name: 'db.small' }], effect: effectExample }] },
  ),
  rulesCopied: Type.Object({ effect, dry_run: Type.Optional(dryRun) }, { examples: [{ effect: effectExample }] }),
  effect: Type.Object({ effect }, { examples: [{ effect: effectExample }] }),
  requirements: Type.Object(
    { requirements: Type.Array(requirement) },
    { examples: [{ requirements: [requirementExample] }] },
  ),
  requirementsAdded: Type.Object(
    {
      added: Type.Array(Type.String({ description: 'The requirements as stored.' })),
      effect,
      dry_run: Type.Optional(dryRun),
    },
    { examples: [{ added: ['ram>=2048', 'vcpus>=2'], effect: effectExample }] },
  ),
  levelSet: Type.Object(
    {
      changed: Type.Array(Type.String({ description: 'The requirements as stored.' })),
      effect,
      dry_run: Type.Optional(dryRun),
    },
    { examples: [{ changed: ['ram>=2048'], effect: { ...effectExample, flavors_fell_out: 0, flavors_came_in: 2 } }] },
  ),
  flavorDeleted: Type.Object(
    {
      deleted: Type.Array(Type.String({ description: 'Flavor ids.' })),
      effect,
      dry_run: Type.Optional(dryRun),
    },
    {
      description: 'The answer to a dry run.',
      examples: [{ deleted: ['13'], effect: effectExample, dry_run: dryRunExample }],
    },
  ),
  requirementDeleted: Type.Object(
    { deleted: Type.Array(Type.String()), effect, dry_run: Type.Optional(dryRun) },
    { examples: [{ deleted: ['ram>=2048'], effect: { ...effectExample, flavors_fell_out: 0, flavors_came_in: 2 } }] },
  ),
  policy: Type.Object({ policy }, { examples: [{ policy: policyExample }] }),
  policySet: Type.Object(
    { policy, effect, dry_run: Type.Optional(dryRun) },
    { examples: [{ policy: policyExample, effect: effectExample }] },
  ),
  events: Type.Object({
    events: Type.Array(
      Type.Object({
        id: Type.String(),
        created: date,
        actor: Type.String({ description: 'A user id, or `cli:` followed by the operating system user.' }),
        request_id: orNull(Type.String()),
        action: Type.String({ description: `One of ${policyActions.join(', ')}.` }),
        key: Type.String(),
        value: Type.String(),
        level: orNull(oneOf(levels, { description: 'With `level_set`: the new level of the rule.' })),
        level_before: orNull(
          oneOf(levels, { description: 'With `level_set`: its level before; null for a new rule.' }),
        ),
        flavor_name: orNull(
          Type.String({
            description: 'With the key `flavor`: the name of the flavor at that time; null if it did not exist.',
          }),
        ),
      }),
    ),
  }),
}
