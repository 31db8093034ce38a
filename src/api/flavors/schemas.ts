import { Type } from 'typebox'
import { linkList, orNull, reasonExample, reasonList } from '../schema-parts.ts'

/** Query of the list of a version's flavors. */
export const verdictsQuery = Type.Object({
  verdicts: Type.Optional(
    Type.String({ description: '`true`: list every flavor that the project can use, each with a verdict.' }),
  ),
})

export const flavorFields = {
  id: orNull(Type.Integer({ description: 'The id, if it is a number; otherwise null.' })),
  links: linkList,
  name: Type.String(),
  ram: Type.Integer({ description: 'MiB' }),
  vcpus: Type.Integer(),
  disk: Type.Integer({ description: 'GiB' }),
  ephemeral: Type.Integer({ description: 'GiB' }),
  str_id: Type.String({ description: 'The id as text; always present.' }),
}
export const flavor = Type.Object(flavorFields)

export const verdict = Type.Object(
  {
    allowed: Type.Boolean(),
    reasons: reasonList,
    message: orNull(Type.String({ description: 'The reasons as text; null if there are none.' })),
  },
  {
    examples: [
      {
        allowed: false,
        reasons: [reasonExample],
        message: 'it does not meet ram>=2048 (it has 512 MiB)',
      },
    ],
  },
)
export const judgedFlavor = Type.Object({ ...flavorFields, verdict })

const flavorExample = {
  id: 1,
  links: [
    { href: 'https://trove.example/v1.0/a49c9db718d14eb6b6ad80e4d244e10b/flavors/1', rel: 'self' },
    { href: 'https://trove.example/flavors/1', rel: 'bookmark' },
  ],
  name: 'm1.tiny',
  ram: 512,
  vcpus: 1,
  disk: 1,
  ephemeral: 0,
  str_id: '1',
}
export const judgedExample = {
  ...flavorExample,
  verdict: {
    allowed: false,
    reasons: [reasonExample],
    message: 'it does not meet ram>=2048 (it has 512 MiB)',
  },
}

export const replies = {
  flavors: Type.Object({ flavors: Type.Array(flavor) }),
  flavorsOrVerdicts: Type.Object(
    { flavors: Type.Array(Type.Union([flavor, judgedFlavor])) },
    { examples: [{ flavors: [flavorExample] }, { flavors: [judgedExample] }] },
  ),
  judgedFlavor: Type.Object({ flavor: judgedFlavor }, { examples: [{ flavor: judgedExample }] }),
  flavorOrFlavors: Type.Union([Type.Object({ flavor }), Type.Object({ flavors: Type.Array(flavor) })]),
}
