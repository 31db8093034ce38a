import { openTroveClient, sendWithFetch, type TroveClient } from '../../src/client/client.ts'
import type { World } from '../world.ts'

/** The API of a world, for one of its people. */
export const clientOf = async (world: World, person: string): Promise<TroveClient> =>
  openTroveClient(
    sendWithFetch({ endpoint: `${world.url}/v1.0/${world.projectOf(person)}`, token: await world.tokenOf(person) }),
  )
