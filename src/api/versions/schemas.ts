import { Type } from 'typebox'
import { linkList } from '../schema-parts.ts'

export const replies = {
  versions: Type.Object({
    versions: Type.Array(
      Type.Object({ id: Type.String(), status: Type.String(), updated: Type.String(), links: linkList }),
    ),
  }),
}
