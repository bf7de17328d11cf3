import { readFile } from 'node:fs/promises'
import { createRota } from '../../src/app/create-rota.js'
import { Deferred } from '../../src/async/deferred.js'
import { task } from '../../src/model/task-definition.js'
import { DevApp } from '../../src/stack/dev/dev-app.js'
import type { DevEvent } from '../../src/stack/dev/dev-event.js'
import { systemClock } from '../../src/time/system-clock.js'
import { AppFolder } from './app-folder.js'

type Told<Type extends DevEvent['type']> = Extract<DevEvent, { readonly type: Type }>

/** An app under development in a folder of its own, whose functions run in this process and leave what they did in `seen`. */
export class DevRig {
  readonly #folder: AppFolder
  readonly app: DevApp
  readonly events: DevEvent[] = []
  readonly seen: string[] = []
  readonly #gate = new Deferred()
  readonly #looks = new Set<() => void>()

  private constructor(folder: AppFolder) {
    this.#folder = folder
    Object.assign(globalThis, { rotaDevSeen: this.seen, rotaDevGate: this.#gate })
    const quiet = (): void => undefined
    this.app = new DevApp({
      file: folder.file('rota.json'),
      urlOf: async () => this.url,
      clock: systemClock,
      logger: { info: quiet, warn: quiet, error: quiet },
      tell: (event) => {
        this.events.push(event)
        for (const look of this.#looks) look()
      },
    })
  }

  static async make(): Promise<DevRig> {
    return new DevRig(await AppFolder.make())
  }

  get url(): string {
    return `sqlite:${this.#folder.file('store.db')}`
  }

  write(files: Readonly<Record<string, string>>): Promise<void> {
    return this.#folder.write(files)
  }

  read(name: string): Promise<string> {
    return readFile(this.#folder.file(name), 'utf8')
  }

  /** A config whose one stack `orders` has these tasks, and whatever else. */
  config(tasks: Readonly<Record<string, string>>, more: object = {}): string {
    const entries = Object.entries(tasks).map(([key, file]) => {
      return [key, { consumer: { code: { file: `./${file}` }, isolation: 'none' } }] as const
    })
    return JSON.stringify({ app: 'shop', stacks: { orders: { tasks: Object.fromEntries(entries), ...more } } }, null, 2)
  }

  start(): Promise<void> {
    return this.app.start()
  }

  /** Has a job done, as another program would. */
  async run(name: string, payload: string): Promise<void> {
    await using rota = createRota({ url: this.url })
    const job = await rota.enqueue(task<string>(name), payload)
    await job.result()
  }

  told<Type extends DevEvent['type']>(type: Type): readonly Told<Type>[] {
    return this.events.filter((event): event is Told<Type> => event.type === type)
  }

  /** Waits until events of a kind have been told that fit; all of them. */
  until<Type extends DevEvent['type']>(
    type: Type,
    fits: (event: Told<Type>) => boolean = () => true,
  ): Promise<readonly Told<Type>[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.told(type).filter(fits)
        if (found.length === 0) return
        this.#looks.delete(look)
        resolve(found)
      }
      this.#looks.add(look)
      look()
    })
  }

  /** Lets functions end that wait for it. */
  openGate(): void {
    this.#gate.resolve()
  }

  async close(): Promise<void> {
    this.#gate.resolve()
    await this.app.stop()
    await this.#folder.remove()
  }
}
