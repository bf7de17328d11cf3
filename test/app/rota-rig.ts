import { afterEach, beforeEach, expect } from 'vitest'
import { createRota } from '../../src/app/create-rota.js'
import type { Rota } from '../../src/app/rota.js'
import type { CommonOptions } from '../../src/app/rota-options.js'
import { memory } from '../../src/backends/memory/memory-backend.js'
import type { Backend } from '../../src/port/backend.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { whileTimePasses } from '../while-time-passes.js'

/** Rotas on one store in memory, under a clock that the test moves. */
export class RotaRig {
  clock = new FakeClock()
  backend: Backend = memory({ clock: this.clock })
  readonly #open: Rota[] = []

  /** Begins anew with every test of a file, and closes what the test has made. */
  static forEachTest(): RotaRig {
    const rig = new RotaRig()
    beforeEach(() => {
      rig.clock = new FakeClock()
      rig.backend = memory({ clock: rig.clock })
    })
    afterEach(() => rig.close())
    return rig
  }

  /** A rota on the store; closing the rig closes it. */
  rota(options: Omit<CommonOptions, 'clock'> = {}, backend: Backend = this.backend): Rota {
    const rota = createRota({ ...options, backend, clock: this.clock })
    this.#open.push(rota)
    return rota
  }

  /** Closes all, and sees to it that none has left a timer behind. */
  async close(): Promise<void> {
    for (const rota of this.#open.splice(0)) await this.during(rota.close())
    expect(this.clock.timers).toEqual([])
  }

  /** Waits for what needs time to pass. */
  during<T>(promise: Promise<T>): Promise<T> {
    return whileTimePasses(this.clock, promise)
  }
}
