/** The requests of Trove's API that can ask for hardware, by path and method. */

/** How the body of a request is read. */
export type RouteKind =
  | 'create_instance'
  | 'update_instance'
  | 'edit_by_get'
  | 'act_on_instance'
  | 'act_on_instance_as_admin'
  | 'create_cluster'
  | 'act_on_cluster'

type Route = Readonly<{
  kind: RouteKind
  methods: readonly string[]
  /** The parts of the path below the project; `{id}` stands for any part. */
  parts: readonly string[]
}>

/**
 * trove@4cdc0cd common/api.py, extensions/routes/mgmt.py. Trove's controllers below `mgmt` inherit `create`, `update` and
 * `edit` from those for tenants, without being for administrators only, and the router adds GET `…/edit` for `edit`
 * (routes/mapper.py, `resource`). The action on a cluster has a path with and without `action`: one in Trove, one in its
 * documentation.
 */
const routes: readonly Route[] = [
  { kind: 'create_instance', methods: ['POST'], parts: ['instances'] },
  { kind: 'create_instance', methods: ['POST'], parts: ['mgmt', 'instances'] },
  { kind: 'update_instance', methods: ['PUT', 'PATCH'], parts: ['instances', '{id}'] },
  { kind: 'update_instance', methods: ['PUT', 'PATCH'], parts: ['mgmt', 'instances', '{id}'] },
  { kind: 'edit_by_get', methods: ['GET'], parts: ['mgmt', 'instances', '{id}', 'edit'] },
  { kind: 'act_on_instance', methods: ['POST'], parts: ['instances', '{id}', 'action'] },
  { kind: 'act_on_instance_as_admin', methods: ['POST'], parts: ['mgmt', 'instances', '{id}', 'action'] },
  { kind: 'create_cluster', methods: ['POST'], parts: ['clusters'] },
  { kind: 'create_cluster', methods: ['POST'], parts: ['mgmt', 'clusters'] },
  { kind: 'act_on_cluster', methods: ['POST'], parts: ['clusters', '{id}'] },
  { kind: 'act_on_cluster', methods: ['POST'], parts: ['clusters', '{id}', 'action'] },
]

const matches = (parts: readonly string[], { parts: pattern }: Route): boolean =>
  parts.length === pattern.length && pattern.every((part, index) => part === '{id}' || part === parts[index])

/** The route with exactly these parts below the project. */
export const routesOf = (parts: readonly string[]): readonly Route[] => routes.filter(route => matches(parts, route))

/** The routes whose parts are at the end of a path. */
export const routesAtEndOf = (parts: readonly string[]): readonly Route[] =>
  routes.filter(route => parts.length >= route.parts.length && matches(parts.slice(-route.parts.length), route))

/** The path of a route as documentation has it. */
export const plainPath = ({ parts }: Route): string => `/v1.0/{project}/${parts.join('/')}`
