import { type Answer, HttpError, type RequestHead } from "../../net/http.ts";
import type { Connection } from "../../net/connection.ts";
import type { RewoundConnection } from "../../net/rewound.ts";
import { acceptWebSocket } from "../../net/websocket.ts";
import { FIXED } from "../limits.ts";
import { loadPage } from "./page.ts";

/** A request that was found to be allowed. */
export interface Request {
  /** What it asks for. */
  head: RequestHead;
  /** What it came on. */
  connection: RewoundConnection;
  /** What its limits are counted by. */
  source: string;
}

/** What answers are made of. */
export interface WebContext {
  /** How many people are here, and how many rooms are open; undefined if that is told only to whoever has the password. */
  counts(): { members: number; rooms: number } | undefined;
  /** Serves someone who chats over a connection that carries messages; `place` is to be freed when they have joined. */
  chat(connection: Connection, place: Disposable): Promise<void>;
}

/** What can be asked for at a path: it either has an answer, or becomes a session. */
export interface Route {
  /** How it can be asked for. */
  readonly methods: readonly string[];
  /** Whether a source that has sent too much waits for it; otherwise it is refused. */
  readonly waits?: boolean;
  /** Answers it. */
  answer?(request: Request, context: WebContext): Answer | Promise<Answer>;
  /** Accepts it, and returns what serves the session; `place` is to be freed when that has joined or ended. */
  upgrade?(request: Request, context: WebContext): Promise<(place: Disposable) => Promise<void>>;
}

/** The page never changes while the server runs. */
let page: Promise<Answer> | undefined;

const ROUTES: Readonly<Record<string, Route>> = {
  "/": {
    methods: ["GET", "HEAD"],
    waits: true,
    answer: () => page ??= loadPage(),
  },
  "/chat": {
    methods: ["GET"],
    waits: true,
    async upgrade({ head, connection }, { chat }) {
      const socket = await acceptWebSocket(connection, head, { maxMessage: FIXED.maxMessageBytes });
      return (place) => chat(socket, place);
    },
  },
  "/health": {
    methods: ["GET", "HEAD"],
    answer: (_, { counts }) => json({ ok: true, ...counts() }),
  },
};

/** What files will be asked for with waits, as the page does. */
const NOTHING: Route = {
  methods: [],
  answer({ head }) {
    throw new HttpError(404, `there is nothing at ${head.path.slice(0, 200)}; the page is at /`);
  },
};

/** What there is at the path of a request, which may be nothing, but that is answered as well. */
export function findRoute({ path, method }: RequestHead): Route {
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  return route ?? { ...NOTHING, methods: [method], waits: path.startsWith("/files/") };
}

function json(value: unknown): Answer {
  return {
    status: 200,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
    body: `${JSON.stringify(value)}\n`,
  };
}
