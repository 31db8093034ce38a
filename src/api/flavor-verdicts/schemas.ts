import { Type } from 'typebox'
import { outcomes } from '../../rules/allowed/flavor/decide.ts'
import { oneOf, orNull, reasonExample, reasonList } from '../schema-parts.ts'

const flavor = Type.Object({
  id: Type.String(),
  name: Type.String(),
  ram: Type.Integer({ description: 'MiB' }),
  vcpus: Type.Integer(),
  disk: Type.Integer({ description: 'GiB' }),
  ephemeral: Type.Integer({ description: 'GiB' }),
  is_public: Type.Boolean({ description: 'False if only some projects can use it.' }),
})

const count = (description: string) => Type.Integer({ description: `Number of flavors that ${description}.` })

const version = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.String({ description: 'The version number.' }),
  active: Type.Boolean(),
  datastore: Type.Object({ id: Type.String(), name: Type.String() }),
  restricted: Type.Boolean({ description: 'Whether only flavors on its list are allowed.' }),
  associations: Type.Integer({ description: 'Number of flavors on its list.' }),
  requirements: Type.Integer({ description: 'Number of its requirements, those of its datastore included.' }),
  flavors_allowed: count('are allowed, those with a warning and audited ones included'),
  flavors_warned: count('are allowed with a warning'),
  flavors_audited: count('are allowed without a warning, although they break a rule with the level `audit`'),
  flavors_refused: count('are refused'),
})

const verdict = Type.Object({
  flavor_id: Type.String(),
  outcome: oneOf(outcomes, {
    description:
      'What becomes of the flavor. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`.',
  }),
  reasons: reasonList,
  message: orNull(Type.String({ description: 'All reasons as text; null if there are none.' })),
})

const versionExample = {
  ...{ id: '4ca7e035-97cb-4cfc-ad97-381f5dc18e99', name: '8.0', version: '8.0.39', active: true },
  ...{ datastore: { id: '87290398-863a-473c-a458-6d45d64e5823', name: 'mysql' } },
  ...{ restricted: false, associations: 0, requirements: 1 },
  ...{ flavors_allowed: 4, flavors_warned: 0, flavors_audited: 0, flavors_refused: 1 },
}
const flavorExample = { id: '1', name: 'm1.tiny', ram: 512, vcpus: 1, disk: 1, ephemeral: 0, is_public: true }
const verdictExample = {
  ...{ flavor_id: '1', outcome: 'refused', reasons: [reasonExample] },
  message: 'it does not meet ram>=2048 (it has 512 MiB)',
}

export const replies = {
  overview: Type.Object(
    {
      versions: Type.Array(version, { description: 'By the name of the datastore, newest version first.' }),
      flavors: Type.Array(flavor, { description: 'Smallest first.' }),
    },
    { examples: [{ versions: [versionExample], flavors: [flavorExample] }] },
  ),
  verdicts: Type.Object(
    { verdicts: Type.Array(verdict, { description: 'One for each flavor, smallest flavor first.' }) },
    { examples: [{ verdicts: [verdictExample] }] },
  ),
}
