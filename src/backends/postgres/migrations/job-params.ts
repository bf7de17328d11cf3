/** Columns of new jobs as arrays, place by place; a column that no job of the call uses is null. */
export const JOB_PARAMS = `p_kinds int[], p_priorities smallint[], p_due_at bigint[], p_due_in bigint[], p_deadlines bigint[],
  p_max_tries int[], p_ids text[], p_keys text[], p_ticks text[], p_payloads text[], p_notes text[], p_headers text[], p_parents text[]`

/** What `put_jobs` is called with for the jobs of those owners that have won; a `record` named p comes of it. */
export const PUT_JOBS_OF = (owners: string): string => `(
    SELECT array_agg(j.kind) a1, array_agg(j.priority) a2, array_agg(j.due_at) a3, array_agg(j.due_in) a4, array_agg(j.deadline) a5,
      array_agg(j.max_tries) a6, array_agg(j.id) a7, array_agg(j.unique_key) a8, array_agg(j.tick) a9, array_agg(j.payload) a10,
      array_agg(j.note) a11, array_agg(j.headers) a12, array_agg(j.parents) a13, count(j.unique_key) keys, count(j.parents) parents
    FROM unnest(p_owners, p_kinds, p_priorities, p_due_at, p_due_in, p_deadlines, p_max_tries, p_ids, p_keys, p_ticks, p_payloads, p_notes,
      p_headers, p_parents) j(owner, kind, priority, due_at, due_in, deadline, max_tries, id, unique_key, tick, payload, note, headers, parents)
    WHERE ${owners}) w
  CROSS JOIN LATERAL {s}.put_jobs(v_now, w.a1, w.a2, w.a3, w.a4, w.a5, w.a6, w.a7, CASE WHEN w.keys > 0 THEN w.a8 END, w.a9, w.a10,
    w.a11, w.a12, CASE WHEN w.parents > 0 THEN w.a13 END) p`
