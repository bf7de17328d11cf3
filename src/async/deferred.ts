/** A promise that is settled from outside. */
export class Deferred<T = void> {
  readonly promise: Promise<T>
  readonly resolve: (value: T | PromiseLike<T>) => void
  readonly reject: (reason: unknown) => void

  constructor() {
    let settle: [(value: T | PromiseLike<T>) => void, (reason: unknown) => void] | undefined
    this.promise = new Promise<T>((resolve, reject) => {
      settle = [resolve, reject]
    })
    ;[this.resolve, this.reject] = settle as NonNullable<typeof settle>
  }
}
