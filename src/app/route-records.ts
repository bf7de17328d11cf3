import type { ResourceKind } from '../client/resource-proxies.js'
import type { ControlStore, Subscription } from '../port/control-store.js'

/** Names of users begin with a letter, a digit or "_": what begins with "~" is ours. Topics stand on record as they are called. */
const PREFIXES = { Task: '~task/', Queue: '~queue/', Topic: '' } as const

/** How the lists begin of what apps have on record. */
const OWNED = '~app/'

/** What a call can be routed by: a cron is a schedule of the store. */
export type RoutedKind = keyof typeof PREFIXES

/** The store's part that keeps routes. */
export type RouteStore = Pick<ControlStore, 'listTopics' | 'putTopics'>

/** Where the calls of one entry go: to these tasks, in these queues. */
export interface RouteRecord {
  readonly kind: RoutedKind
  /** `orders:process-order`. */
  readonly record: string
  readonly targets: readonly Subscription[]
}

/** True for what can have a route. */
export function isRouted(kind: ResourceKind): kind is RoutedKind {
  return kind !== 'Cron'
}

/** Where the calls of an entry go, by the store; null: it does not know. */
export async function findRoute(
  store: RouteStore,
  kind: RoutedKind,
  record: string,
  signal?: AbortSignal,
): Promise<readonly Subscription[] | null> {
  const name = PREFIXES[kind] + record
  const [found] = await store.listTopics({ names: [name], signal })
  if (found !== undefined) return found.subscriptions
  if (kind !== 'Topic') return null
  // A topic without subscribers is none to the store. The app that has it says that it does.
  const topics = await store.listTopics({ signal })
  const isOwned = topics.some(
    (topic) => topic.name.startsWith(OWNED) && topic.subscriptions.some(({ task }) => task === name),
  )
  return isOwned ? [] : null
}

/** What entries of a kind the store knows, by their names on record. */
export async function routedNames(store: RouteStore, kind: RoutedKind, signal?: AbortSignal): Promise<string[]> {
  const prefix = PREFIXES[kind]
  const topics = await store.listTopics({ signal })
  const names = topics.map(({ name }) => name).filter((name) => name.startsWith(prefix))
  return prefix === '' ? names.filter((name) => !name.startsWith('~')) : names.map((name) => name.slice(prefix.length))
}

/**
 * Makes the routes that an app has on record exactly these, so that a program which knows nothing but the store can call its
 * tasks. Those that it had before and has no more are removed; those of other apps stay.
 */
export async function putRoutes(
  store: RouteStore,
  app: string,
  routes: readonly RouteRecord[],
  signal?: AbortSignal,
): Promise<void> {
  const owned = OWNED + app
  const stored = new Map((await store.listTopics({ signal })).map(({ name, subscriptions }) => [name, subscriptions]))
  const topics = routes.map(({ kind, record, targets }) => ({ name: PREFIXES[kind] + record, subscriptions: targets }))
  const names = topics.map(({ name }) => name)
  const gone = (stored.get(owned) ?? []).map(({ task }) => task).filter((name) => !names.includes(name))
  // Every write has all nodes read their settings again, so a start that changes nothing writes nothing.
  const put = async (wanted: readonly Topic[]): Promise<void> => {
    const changed = wanted.filter(({ name, subscriptions }) => !same(stored.get(name) ?? [], subscriptions))
    if (changed.length > 0) await store.putTopics({ topics: changed, signal })
    for (const { name, subscriptions } of changed) stored.set(name, subscriptions)
  }
  // First a list of both: should the process die between two writes, whoever starts next still knows what to remove.
  await put([ownedTopic(owned, [...names, ...gone])])
  await put([...topics, ...gone.map((name) => ({ name, subscriptions: [] }))])
  await put([ownedTopic(owned, names)])
}

interface Topic {
  readonly name: string
  readonly subscriptions: readonly Subscription[]
}

function same(one: readonly Subscription[], other: readonly Subscription[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ task, queue }, at) => task === other[at]?.task && queue === other[at]?.queue)
  )
}

/** What an app owns is a topic too: the port has no other record that could hold a list of names. */
function ownedTopic(name: string, names: readonly string[]): Topic {
  return { name, subscriptions: names.map((task) => ({ task, queue: '~' })) }
}
