import { Type } from 'typebox'
import { levels } from '../../model/level.ts'
import { policyActions } from '../../model/policy-event.ts'
import { allowNone, dryRun } from '../dry-run.ts'
import { effect } from '../flavor-policy/schemas.ts'
import { date, oneOf, orNull } from '../schema-parts.ts'

const optionalText = (description: string) => Type.Optional(Type.String({ description }))

/** Filters and paging of the history. */
export const eventsQuery = Type.Object({
  datastore: optionalText('Id or name of a datastore; the id of one that was deleted.'),
  version: optionalText(
    'Id of a datastore version, or its name if `datastore` is set; the id of one that was deleted. Events about its datastore as a whole are included, with the version null.',
  ),
  since: optionalText(
    'Only events from then on: a date (2026-11-23), a time in UTC (2026-11-23T20:58:35) or an age (90m, 24h, 7d).',
  ),
  by: optionalText('Only changes by this author: a user id, or the operating system user, with or without `cli:`.'),
  limit: optionalText('Maximum number of events per page; at most 20.'),
  marker: optionalText('Marker from the link to the next page: the id of the last event.'),
})

export const undoEvent = Type.Object(
  {
    also: Type.Optional(
      Type.Array(Type.String(), {
        maxItems: 100,
        description: 'Ids of more events to undo, newest first: all are undone, or none.',
      }),
    ),
    check: Type.Optional(
      Type.Boolean({
        description: 'Whether flavors and volume types that are associated again must exist. Default: true.',
      }),
    ),
    force: Type.Optional(
      Type.Boolean({
        description:
          'Also associate flavors again that do not meet the requirements. They are still refused at create and resize. Default: false.',
      }),
    ),
    allow_none: Type.Optional(allowNone),
  },
  { additionalProperties: false, examples: [{}, { also: ['019abcf1-7f3e-7000-8000-3c2d1e0f9a8b'] }] },
)

// Responses.

export const event = Type.Object({
  id: Type.String(),
  created: date,
  actor: Type.String({ description: 'A user id, or `cli:` followed by the operating system user.' }),
  request_id: orNull(Type.String()),
  datastore: orNull(
    Type.Object(
      { id: Type.String(), name: orNull(Type.String({ description: 'Null if it was deleted.' })) },
      { description: 'Null if the version was deleted and the event is of an older release.' },
    ),
  ),
  version: orNull(
    Type.Object(
      {
        id: Type.String(),
        name: orNull(Type.String({ description: 'Null if it was deleted.' })),
        version: orNull(Type.String()),
      },
      { description: 'Null if rules or waivers of the datastore as a whole were changed.' },
    ),
  ),
  action: Type.String({ description: `One of ${policyActions.join(', ')}.` }),
  key: Type.String(),
  value: Type.String(),
  flavor_name: orNull(
    Type.String({
      description: 'With the key `flavor`: the name of the flavor at that time; null if it did not exist.',
    }),
  ),
  level: orNull(oneOf(levels, { description: 'The level that the rule got with this event.' })),
  level_before: orNull(oneOf(levels, { description: 'Its level before.' })),
  undoes: orNull(Type.String({ description: 'The id of the event that this change undid.' })),
  words: Type.String({ description: 'The change in words, to follow the name of its author.' }),
  can_be_undone: Type.Boolean({
    description:
      'False for a kind of change that can never be undone, such as the end of a waiver. A later change can also prevent an undo.',
  }),
  waiver: orNull(
    Type.Object(
      {
        project_id: Type.String(),
        instance_id: orNull(Type.String({ description: 'Null for all instances of the project.' })),
        until: Type.String({ description: 'Its present end, in UTC without a zone.' }),
        reason: Type.String(),
      },
      { description: 'With the key `waiver`: the waiver as it is now.' },
    ),
  ),
})

const eventExample = {
  id: '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
  created: '2026-11-23T20:58:35',
  actor: 'a49c9db718d14eb6b6ad80e4d244e10b',
  request_id: null,
  datastore: { id: '87290398-863a-473c-a458-6d45d64e5823', name: 'mysql' },
  version: { id: '4ca7e035-97cb-4cfc-ad97-381f5dc18e99', name: '8.0', version: '8.0' },
  action: 'added',
  key: 'flavor',
  value: '12',
  flavor_name: 'db.small',
  level: null,
  level_before: null,
  undoes: null,
  words: "added flavor '12' (db.small)",
  can_be_undone: true,
  waiver: null,
}

const volumeTypeEffect = Type.Object({
  became: orNull(oneOf(['restricted', 'open'])),
  types_allowed: Type.Integer(),
  types_fell_out: Type.Integer({ description: 'Number of volume types that are no longer allowed.' }),
})

export const undone = Type.Object({
  event_id: Type.String(),
  undone_by: Type.Array(Type.String(), { description: 'The ids of the events that undid it.' }),
})

export const undoEffect = Type.Object({
  datastore: Type.Object({ id: Type.String(), name: Type.String() }),
  version: Type.Object({ id: Type.String(), name: Type.String(), version: Type.String() }),
  flavors: orNull(effect),
  volume_types: orNull(volumeTypeEffect),
})

export const replies = {
  events: Type.Object(
    {
      events: Type.Array(event),
      links: Type.Optional(Type.Array(Type.Object({ rel: Type.Literal('next'), href: Type.String() }))),
    },
    { examples: [{ events: [eventExample] }] },
  ),
  undone: Type.Object(
    {
      undone: Type.Array(undone, { description: 'Newest event first.' }),
      effects: Type.Array(undoEffect, { description: 'One for each version that is concerned.' }),
      warnings: Type.Optional(
        Type.Array(Type.String(), {
          description: 'One sentence for each flavor that is associated again and does not meet the requirements.',
        }),
      ),
      dry_run: Type.Optional(dryRun),
    },
    {
      examples: [
        {
          undone: [
            {
              event_id: '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
              undone_by: ['019abcf1-9d10-7000-8000-5a4b3c2d1e0f'],
            },
          ],
          effects: [
            {
              datastore: { id: '87290398-863a-473c-a458-6d45d64e5823', name: 'mysql' },
              version: { id: '4ca7e035-97cb-4cfc-ad97-381f5dc18e99', name: '8.0', version: '8.0' },
              flavors: {
                became: 'open',
                flavors_allowed: 5,
                flavors_fell_out: 0,
                flavors_came_in: 4,
                flavors_warned: 0,
                flavors_audited: 0,
                instances_on_them: 0,
                instances_out_of_line: 0,
              },
              volume_types: null,
            },
          ],
        },
      ],
    },
  ),
}
