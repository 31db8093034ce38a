/** A rule in the terms of the API: `flavor_requirement`, `ram>=2048`. */
type Rule = Readonly<{ key: string; value: string }>

const words: Readonly<Record<string, (value: string, flavorName: (id: string) => string) => string>> = {
  flavor: (id, flavorName) => (flavorName(id) === id ? `flavor ${id}` : `flavor ${flavorName(id)} (${id})`),
  flavor_requirement: value => `requirement ${value}`,
  flavor_restriction: () => 'only flavors on the list are allowed',
  flavor_enforcement: value => `level of rules without their own: ${value}`,
  volume_type: value => `volume type ${value}`,
}

/** A rule in words. One of a newer service is shown as it is. */
export const ruleWords = ({ key, value }: Rule, flavorName: (id: string) => string): string =>
  words[key]?.(value, flavorName) ?? `${key} ${value}`
