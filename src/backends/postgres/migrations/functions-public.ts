/** What triggers and other languages call. Named parameters are the contract; new ones get defaults. */
export const PUBLIC_FUNCTIONS = `
-- Enqueues one job in the transaction that it is called in, and gives its id; the id of the job that holds the key, if one does.
-- SELECT rota.enqueue('invoice:send', '{"invoiceId":"in_1"}', unique_key => 'in_1');
-- The key is scoped to the task. The payload is JSON as the task's input reads it; its checks are made by the worker that runs it.
CREATE FUNCTION {s}.enqueue(task text, payload json DEFAULT NULL, queue text DEFAULT 'default', priority int DEFAULT 3,
  delay interval DEFAULT NULL, run_at timestamptz DEFAULT NULL, unique_key text DEFAULT NULL, max_tries int DEFAULT NULL,
  deadline timestamptz DEFAULT NULL, id text DEFAULT NULL) RETURNS text LANGUAGE plpgsql {settings} AS $rota$
DECLARE
  v_id text := coalesce(enqueue.id, gen_random_uuid()::text);
  v_put record;
BEGIN
  IF enqueue.task !~ '^[A-Za-z0-9_][A-Za-z0-9_:.-]{0,127}$' THEN
    RAISE EXCEPTION 'task: expected 1 to 128 letters, digits, "_", ":", "." or "-", got "%"', enqueue.task USING ERRCODE = '22023';
  ELSIF enqueue.queue !~ '^[A-Za-z0-9_][A-Za-z0-9_:.-]{0,63}$' THEN
    RAISE EXCEPTION 'queue: expected 1 to 64 letters, digits, "_", ":", "." or "-", got "%"', enqueue.queue USING ERRCODE = '22023';
  ELSIF enqueue.priority NOT BETWEEN 1 AND 5 THEN
    RAISE EXCEPTION 'priority: expected 1 to 5, got %', enqueue.priority USING ERRCODE = '22023';
  ELSIF octet_length(enqueue.payload::text) > 262144 THEN
    RAISE EXCEPTION 'payload is % bytes, the store takes 262144; store a reference instead', octet_length(enqueue.payload::text)
      USING ERRCODE = '22023';
  ELSIF length(v_id) NOT BETWEEN 1 AND 128 OR length(enqueue.unique_key) NOT BETWEEN 1 AND 128
    OR v_id || coalesce(enqueue.unique_key, '') ~ '[\\u0001-\\u001f\\u007f]' THEN
    RAISE EXCEPTION 'id, unique_key: expected 1 to 128 characters without control characters' USING ERRCODE = '22023';
  ELSIF enqueue.max_tries NOT BETWEEN 1 AND 1000000 THEN
    RAISE EXCEPTION 'max_tries: expected 1 to 1000000, got %', enqueue.max_tries USING ERRCODE = '22023';
  END IF;
  SELECT * INTO v_put FROM {s}.put_jobs({s}.now_ms(), ARRAY(SELECT {s}.intern(ARRAY[enqueue.queue], ARRAY[enqueue.task])),
    ARRAY[enqueue.priority::smallint],
    ARRAY[CASE WHEN enqueue.run_at IS NOT NULL THEN floor(extract(epoch FROM enqueue.run_at) * 1000)::bigint END],
    ARRAY[CASE WHEN enqueue.delay IS NOT NULL THEN greatest(0, floor(extract(epoch FROM enqueue.delay) * 1000))::bigint END],
    ARRAY[floor(extract(epoch FROM enqueue.deadline) * 1000)::bigint], ARRAY[enqueue.max_tries], ARRAY[v_id],
    CASE WHEN enqueue.unique_key IS NOT NULL THEN ARRAY['task/' || enqueue.task || '/' || enqueue.unique_key] END, NULL,
    ARRAY[enqueue.payload::text], NULL, NULL, NULL);
  PERFORM pg_notify('{channel}', json_build_object('o', '', 'q', json_build_array(enqueue.queue), 'k', json_build_array('events'))::text);
  RETURN coalesce(v_put.o_holders[1], v_id);
END $rota$;
`
