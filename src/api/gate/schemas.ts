import { Type } from 'typebox'
import type { View } from '../route.ts'
import { nonEmpty } from '../schema-parts.ts'

export const decideRequest = Type.Object(
  {
    method: nonEmpty({ description: 'The method of the request: POST.' }),
    path: nonEmpty({
      maxLength: 8192,
      description: 'The path of the request as the client wrote it: /v1.0/{project}/instances.',
    }),
    query: Type.Optional(Type.String({ description: 'The query, without the question mark.' })),
    content_type: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    content_encoding: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    body_base64: Type.Optional(
      Type.String({
        description: 'The body, byte for byte: as text, details that parsers treat differently could be lost.',
      }),
    ),
    bypass_reason: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description:
          'Why an admin bypasses the flavor policy and the volume types of a version; 1 to 255 characters. Needs `[trovets] bypass_header` and `identity`; ignored unless the identity is an admin.',
      }),
    ),
    identity: Type.Optional(
      Type.Object(
        {
          user_id: nonEmpty(),
          project_id: nonEmpty(),
          roles: Type.Array(Type.String()),
        },
        {
          description:
            'The user who sends the request (default: the caller). Only users in `[trovets] decision_callers` can specify another one.',
        },
      ),
    ),
  },
  {
    examples: [
      {
        method: 'POST',
        path: '/v1.0/6f70656e737461636b20342065766572/instances/44b277eb-39be-4921-be31-3d61b43651d7/action',
        content_type: 'application/json',
        body_base64: 'eyJyZXNpemUiOiB7ImZsYXZvclJlZiI6ICIyIn19',
        identity: { user_id: 'u1', project_id: '6f70656e737461636b20342065766572', roles: ['member'] },
      },
    ],
  },
)
export type DecideRequest = View<typeof decideRequest>

export const decisionResult = Type.Object(
  {
    status: Type.Integer({ minimum: 100, maximum: 599, description: "The status of Trove's response." }),
    instance_id: Type.Optional(
      Type.Union([nonEmpty({ maxLength: 36 }), Type.Null()], { description: 'The instance that Trove created.' }),
    ),
    cluster_id: Type.Optional(
      Type.Union([nonEmpty({ maxLength: 36 }), Type.Null()], { description: 'The cluster that Trove created.' }),
    ),
  },
  { examples: [{ status: 200, instance_id: '44b277eb-39be-4921-be31-3d61b43651d7' }] },
)

export const replies = {
  decision: Type.Object({
    decision: Type.Union([Type.Literal('admit'), Type.Literal('refuse')]),
    decision_id: Type.String({ description: 'Also in the log of this server.' }),
    status: Type.Union([Type.Integer(), Type.Null()], {
      description: 'With `refuse`: the status of the response to the client.',
    }),
    body: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
      description: 'With `refuse`: the body of the response to the client.',
    }),
    retry_after: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Seconds for the header Retry-After, if the request could not be checked.',
    }),
    warnings: Type.Array(Type.String(), {
      description: 'With `admit`: one for each flavor that is allowed although it breaks the flavor policy.',
    }),
    report_result: Type.Boolean({
      description: "Whether Trove's response is to be reported with `POST /decisions/{decision}/result`.",
    }),
  }),
} as const
