import { type TSchema, Type } from 'typebox'
import { levels, ruleSources } from '../model/level.ts'
import { type ReasonFacts, reasonCodes } from '../model/verdict.ts'

/** Building blocks of the body schemas, after Trove's own (trove@4cdc0cd common/apischema.py). */

export const hasAlphanumeric = '^.*[0-9a-zA-Z]+.*$'
export const nonEmpty = (options = {}) => Type.String({ minLength: 1, maxLength: 255, ...options })
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const oneOf = <const Words extends readonly string[]>(words: Words, options = {}) =>
  Type.Enum([...words] as unknown as [Words[number]], options)

export const flavorRef = Type.Union([nonEmpty(), Type.Integer()], {
  description:
    'Flavor id as text or integer, or a URL that ends with it. Where this service creates instances, also the name of a flavor.',
})

export const volumeSize = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^[0-9]*[1-9][0-9]*$' })])

const link = Type.Object({ href: Type.String(), rel: Type.String() })
export const linkList = Type.Array(link)
export const date = Type.String({ description: 'UTC without a zone, for example 2019-12-23T20:58:35.' })

const reasonFactShapes = {
  requirement: Type.Optional(Type.String()),
  actual: Type.Optional(orNull(Type.Union([Type.Number(), Type.String()]))),
  unit: Type.Optional(orNull(Type.String())),
} satisfies Readonly<Record<keyof ReasonFacts, TSchema>>

export const reasonList = Type.Array(
  Type.Object({
    code: oneOf(reasonCodes),
    ...reasonFactShapes,
    level: oneOf(levels, {
      description: 'The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived.',
    }),
    source: oneOf(ruleSources, { description: 'Whether it is a rule of the version, or of its datastore.' }),
    waived_until: Type.Optional(
      Type.String({
        description: 'The end of the waiver that covers this reason, in UTC. Until then it refuses nothing.',
      }),
    ),
  }),
  { description: 'Every reason against the flavor. With `allowed: true`, these are warnings.' },
)

export const reasonExample = {
  ...{ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' },
  ...{ level: 'refuse', source: 'version' },
}
