import type { YamlText } from '../../yaml-file/yaml-text.ts'
import { isTree, type Tree } from '../plan/plan-values.ts'
import type { RequestedInstance } from '../requested-instance.ts'
import { type Given, parameterValues } from './parameters.ts'
import { clusterRequests, instanceRequest } from './requests.ts'
import { evaluateCondition, type Resolved, resolve, type Scope } from './scope.ts'

/** A HOT template that was read from a file. */
export type Template = Readonly<{ path: string; tree: Tree; placeOf: YamlText['placeOf'] }>

/** What reading a template needs from outside. */
export type TemplateNeeds = Readonly<{
  given: Given
  /** Reads the template at a path that another one names, relative to it. Returns why it cannot be read, in words. */
  nested(type: string, from: string): Template | string
}>

/** Groups and nested templates multiply instances, and templates can contain themselves. */
const resourcesMax = 5000
const depthMax = 6

/** A resource, or the definition of the members of a group, and where it is. */
type Definition = Readonly<{ node: Tree; address: string; path: readonly string[]; depth: number }>
type Around = Readonly<{
  template: Template
  scope: Scope
  needs: TemplateNeeds
  prefix: string
  budget: { resources: number }
}>

/** Reads the instances that a template creates, in its order. Throws an Error, in words that follow a colon, if it is too large. */
export function readTemplate(template: Template, needs: TemplateNeeds): RequestedInstance[] {
  const around = { needs, prefix: '', budget: { resources: resourcesMax } }
  return [...instancesIn(template, needs.given, around, 0)]
}

function* instancesIn(
  template: Template,
  given: Given,
  outer: Omit<Around, 'template' | 'scope'>,
  depth: number,
): Generator<RequestedInstance> {
  const { tree } = template
  const part = (name: string): Tree => (isTree(tree[name]) ? tree[name] : {})
  const parameters = parameterValues(part('parameters'), given)
  const scope: Scope = { parameters, conditions: part('conditions'), index: undefined }
  for (const [name, node] of Object.entries(part('resources')))
    if (isTree(node))
      yield* resourceInstances({ node, address: name, path: ['resources', name], depth }, { ...outer, template, scope })
}

function* resourceInstances(definition: Definition, around: Around): Generator<RequestedInstance> {
  const { node } = definition
  around.budget.resources--
  if (around.budget.resources < 0)
    throw new Error(`it has more than ${resourcesMax} resources, with those of its groups and nested templates`)
  // Heat adopts a resource with an external_id, and creates nothing.
  if (node.external_id !== undefined && node.external_id !== null) return
  const isCreated = node.condition === undefined ? true : evaluateCondition(node.condition, around.scope)
  if (isCreated === false) return
  for (const instance of typedInstances(definition, around))
    yield isCreated ? instance : withOmission(instance, 'condition is not evaluated here')
}

const withOmission = (instance: RequestedInstance, omission: string): RequestedInstance => ({
  ...instance,
  omissions: [...instance.omissions, omission],
})

function* typedInstances(definition: Definition, around: Around): Generator<RequestedInstance> {
  const { node, depth } = definition
  const type = String(node.type ?? '')
  const properties = isTree(node.properties) ? node.properties : {}
  if (type === 'OS::Trove::Instance') yield made(definition, around, instanceRequest(properties, around.scope))
  else if (type === 'OS::Trove::Cluster')
    for (const [index, request] of clusterRequests(properties, around.scope).entries()) {
      const path = [...definition.path, 'properties', 'instances', String(index)]
      yield made({ ...definition, address: `${definition.address}.instances[${index}]`, path }, around, request, [])
    }
  else if (depth >= depthMax) return
  else if (type === 'OS::Heat::ResourceGroup') yield* groupInstances(definition, properties, around)
  else if (type === 'OS::Heat::AutoScalingGroup' && isTree(properties.resource))
    yield* typedInstances(memberOf(definition, 'resource', properties.resource, ''), around)
  else if (/\.(?:ya?ml|template|json)$/.test(type)) yield* nestedInstances(type, definition, properties, around)
}

/** The place is that of the flavor if the resource has one. */
function made(
  { address, path, node }: Definition,
  { template, prefix }: Around,
  request: Pick<RequestedInstance, 'request' | 'omissions'>,
  holder: readonly string[] = ['properties'],
): RequestedInstance {
  const owner = [...path, ...holder]
  const place = template.placeOf(node.properties === undefined ? path : [...owner, 'flavor'])
  return {
    address: `${prefix}${address}`,
    place: { path: template.path, ...place },
    region: undefined,
    flavorField: 'flavor',
    ...request,
  }
}

const memberOf = ({ address, path, depth }: Definition, field: string, node: Tree, suffix: string): Definition => ({
  node,
  address: `${address}${suffix}`,
  path: [...path, 'properties', field],
  depth: depth + 1,
})

function* groupInstances(definition: Definition, properties: Tree, around: Around): Generator<RequestedInstance> {
  const { resource_def: node } = properties
  if (!isTree(node)) return
  const { count, gap } = countOf(resolve(properties.count ?? 1, around.scope))
  const variable = typeof properties.index_var === 'string' ? properties.index_var : '%index%'
  for (let number = 0; number < count; number++) {
    const member = memberOf(definition, 'resource_def', node, `[${number}]`)
    const scope = { ...around.scope, index: { variable, number } }
    for (const instance of resourceInstances(member, { ...around, scope }))
      yield gap === undefined ? instance : withOmission(instance, `count ${gap}`)
  }
}

/** A group whose size is not known is checked as a group of one. */
function countOf(resolved: Resolved): { count: number; gap?: string } {
  if ('gap' in resolved) return { count: 1, gap: resolved.gap }
  const count = Number(resolved.value)
  return { count: Number.isInteger(count) && count >= 0 ? count : 1 }
}

function* nestedInstances(type: string, definition: Definition, properties: Tree, around: Around) {
  const { needs, template, scope, prefix, budget } = around
  const nested = needs.nested(type, template.path)
  if (typeof nested === 'string') {
    const request = { request: { kind: 'none' as const, reason: nested }, omissions: [] }
    yield made(definition, around, request)
    return
  }
  const given = new Map(Object.entries(properties).map(([name, node]) => [name, resolve(node, scope)]))
  yield* instancesIn(nested, given, { needs, budget, prefix: `${prefix}${definition.address}.` }, definition.depth + 1)
}
