import { checkText, checkWhole } from './checks.js'
import type { LockRenewal, LockRequest } from './lock-store.js'

/** Checks locks to be kept. */
export function checkRenewals(call: string, locks: readonly LockRenewal[]): void {
  for (const { ttlMs } of locks) checkTtl(call, ttlMs)
}

/** Checks locks to be taken. */
export function checkRequests(call: string, locks: readonly LockRequest[]): void {
  for (const { name, holder, ttlMs } of locks) {
    checkText(call, 'name', name)
    checkText(call, 'holder', holder)
    checkTtl(call, ttlMs)
  }
}

function checkTtl(call: string, ttlMs: number): void {
  checkWhole(call, 'ttlMs', ttlMs, 1, Number.MAX_SAFE_INTEGER)
}
