import { namedVersion } from '../../model/datastore-version.ts'
import type { Admission } from '../../operations/instances/admit-instance.ts'
import { flavorView, verdictView } from '../flavors/view.ts'
import type { LinkBase } from '../links.ts'
import type { View } from '../route.ts'
import type { replies } from './schemas.ts'

/** The instance that a create with the same body would make. */
export const admissionView = (base: LinkBase, admission: Admission): View<typeof replies.admission> => ({
  verdict: verdictView(admission.admitted.verdict, namedVersion(admission.datastore, admission.version)),
  instance: {
    name: admission.name,
    flavor: flavorView(base, admission.admitted.flavor),
    volume: { size: admission.volumeSizeGb, type: admission.volumeType?.name ?? null },
    datastore: {
      id: admission.datastore.id,
      type: admission.datastore.name,
      version: admission.version.name,
      version_id: admission.version.id,
      version_number: admission.version.version,
    },
    image: { id: admission.image.id, name: admission.image.name },
  },
})
