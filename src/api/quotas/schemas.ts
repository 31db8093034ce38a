import { Type } from 'typebox'

export const updateQuotas = Type.Object({
  quotas: Type.Record(Type.String(), Type.Integer({ maximum: 2_147_483_647 })),
})

export const replies = {
  limits: Type.Object({ limits: Type.Array(Type.Object({ verb: Type.String() }, { additionalProperties: true })) }),
  quotas: Type.Object({
    quotas: Type.Array(
      Type.Object({
        resource: Type.String(),
        in_use: Type.Integer(),
        reserved: Type.Integer(),
        limit: Type.Integer(),
      }),
    ),
  }),
  quotasSet: Type.Object({ quotas: Type.Record(Type.String(), Type.Integer()) }),
}
