import { parse } from 'yaml'
import { byId, type Flavor } from '../../model/flavor.ts'

/** What a new installation starts with: Nova's classic sizes, and sizes that really run on a laptop. */
export const starterCatalogue = `# The flavors that this server offers. Saved changes are picked up at once.
# ram and swap are in MiB, disk and ephemeral in GiB. A flavor with "projects" is for those projects only.
flavors:
  - { id: "1", name: m1.tiny, vcpus: 1, ram: 512, disk: 1 }
  - { id: "2", name: m1.small, vcpus: 1, ram: 2048, disk: 20 }
  - { id: "3", name: m1.medium, vcpus: 2, ram: 4096, disk: 40 }
  - { id: "4", name: m1.large, vcpus: 4, ram: 8192, disk: 80 }
  - { id: "5", name: m1.xlarge, vcpus: 8, ram: 16384, disk: 160 }
  - { id: "11", name: db.nano, vcpus: 1, ram: 128, disk: 1 }
  - { id: "12", name: db.micro, vcpus: 1, ram: 256, disk: 1 }
  - { id: "13", name: db.small, vcpus: 1, ram: 512, disk: 2 }
  - { id: "14", name: db.medium, vcpus: 2, ram: 1024, disk: 5 }
`

/** Reads a catalogue. Throws an Error that says which entry is wrong and what was expected. */
export function parseCatalogue(text: string): Flavor[] {
  const document: unknown = parse(text)
  if (!isObject(document) || !Array.isArray(document.flavors)) throw new Error("expected a list under 'flavors:'")
  const flavors = document.flavors.map(parseFlavor).sort(byId)
  for (const [index, flavor] of flavors.entries())
    if (flavors[index - 1]?.id === flavor.id) throw new Error(`flavor id '${flavor.id}' is given twice`)
  return flavors
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fields = ['id', 'name', 'vcpus', 'ram', 'disk', 'ephemeral', 'swap', 'extra_specs', 'projects']

function parseFlavor(entry: unknown, index: number): Flavor {
  const where = `flavor ${index + 1}`
  if (!isObject(entry)) throw new Error(`${where}: expected fields such as id and name`)
  const wrong = Object.keys(entry).find(field => !fields.includes(field))
  if (wrong !== undefined) throw new Error(`${where}: '${wrong}' is not a field of a flavor (${fields.join(', ')})`)
  const text = (field: string) => {
    const value = entry[field]
    if ((typeof value !== 'string' && typeof value !== 'number') || String(value) === '')
      throw new Error(`${where}: ${field} is missing`)
    return String(value)
  }
  const amount = (field: string, fallback?: number) => {
    const value = entry[field] ?? fallback
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw new Error(`${where}: ${field} must be a whole number, 0 or more`)
    return value
  }
  const extraSpecs = entry.extra_specs ?? {}
  if (!isObject(extraSpecs)) throw new Error(`${where}: extra_specs must be pairs of key and value`)
  const projects = entry.projects ?? []
  if (!Array.isArray(projects)) throw new Error(`${where}: projects must be a list of project ids`)
  return {
    id: text('id'),
    name: text('name'),
    vcpus: amount('vcpus'),
    ramMb: amount('ram'),
    diskGb: amount('disk', 0),
    ephemeralGb: amount('ephemeral', 0),
    swapMb: amount('swap', 0),
    extraSpecs: Object.fromEntries(Object.entries(extraSpecs).map(([key, value]) => [key, String(value)])),
    isPublic: entry.projects === undefined,
    projects: projects.map(String),
  }
}
