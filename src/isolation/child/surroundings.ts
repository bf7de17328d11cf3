/** What an attempt may change around itself and the next must find as it was: environment and working directory. */
export class Surroundings {
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #folder = process.cwd()

  constructor() {
    this.#environment = { ...process.env }
  }

  restore(): void {
    for (const name of Object.keys(process.env)) {
      if (!Object.hasOwn(this.#environment, name)) Reflect.deleteProperty(process.env, name)
    }
    for (const [name, value] of Object.entries(this.#environment)) {
      if (process.env[name] !== value) process.env[name] = value
    }
    if (process.cwd() !== this.#folder) process.chdir(this.#folder)
  }
}
