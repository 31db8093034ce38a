/** A link to the next page, as the lists of the API have it. */
type Link = Readonly<{ rel: string; href: string }>

/** The marker of the next page; undefined on the last one. */
export const markerIn = (links: readonly Link[] | undefined): string | undefined => {
  const next = links?.find(({ rel }) => rel === 'next')
  return next && (new URL(next.href, location.href).searchParams.get('marker') ?? undefined)
}

/** Reads all pages of a list. */
export async function allPages<Item>(
  load: (
    marker: string | undefined,
  ) => Promise<Readonly<{ items: readonly Item[]; links?: readonly Link[] | undefined }>>,
): Promise<Item[]> {
  const all: Item[] = []
  let marker: string | undefined
  do {
    const { items, links } = await load(marker)
    all.push(...items)
    marker = markerIn(links)
  } while (marker !== undefined)
  return all
}
