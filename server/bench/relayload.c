/* relayload: the load generator of the relay benches. WebSocket, SSE and raw TCP; one thread, epoll, loopback only.
 *
 * Publishes fixed-size JSON payloads {"ch":"b","m":"~T<16 digits us><4 digits publisher><8 digits seq>","pad":"xxx"} and counts
 * deliveries by that marker inside whatever the server sends: plain frames, many in one message, SSE events. So the same code
 * reads every peer, and none is charged for parsing. Per subscriber and publisher it checks the sequence for gaps and duplicates.
 * Prints one line of JSON. `load.ts` compiles and runs it; the options are read at the top of main.
 *
 * modes: max    closed loop, at most --window messages in flight (published but not delivered to everyone)
 *        rate   open loop, --rate messages/s, latency counted from the scheduled send time
 *        idle   connect --subs connections, report the connect rate, hold for --hold ms, then exit
 *        resume connect --subs connections and wait until each has --expect deliveries of what they missed
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { P_WS, P_SSE, P_RAW };
enum { S_NEW, S_CONNECTING, S_HANDSHAKE, S_OPEN, S_DEAD };
#define MARK_LEN 30 /* ~T + 16 + 4 + 8 */
#define MAXPUB 4096

typedef struct {
  int fd, idx, state, is_pub;
  uint8_t carry_len;
  char carry[MARK_LEN];
  char hs[16]; /* tail of what has come so far, to see the end of the header */
  uint64_t got;
  uint32_t frames;
  int outstanding;
  uint8_t told_at, was_told; /* how much of --told has matched, and whether all of it has */
  int64_t *lastseq; /* per publisher, last sequence number seen; NULL when not checked */
  char *pend; size_t pend_len, pend_off; /* publisher's unsent bytes */
} conn;

typedef struct { int proto; char host[64]; int port; char path[512]; } url_t;

static url_t sub_url, pub_url;
static int nsubs = 1000, npubs = 1, window_ = 16, conc = 64, hold_ms = 2000, settle_ms = 500, size_ = 128;
static double rate = 0, dur = 4, warm = 1;
static const char *mode = "max", *sub_init[8], *pub_init[8], *hdr[16], *await_ = NULL, *spids = "";
static int nsub_init, npub_init, nhdr, sub_bin, pub_kind /*0 wstext 1 wsbin 2 raw*/, check_seq = 1, count_frames, nsrc = 0, per_pub = 0, rcvbuf = 0;
static char *pre = "", *suf = "";
static const char *subproto = NULL; static int spin, /* never sleep: spares the server the wake-up of a sleeping reader */ escape_, stall; /* the first N subscribers stop reading once they are open */
static int ep; static conn *subs, *pubs; static int open_subs, open_pubs, dead;
static uint64_t delivered, gaps, dups, bytes_in, frames_in; static int measuring;
static uint64_t m_delivered; static uint32_t hist[64 * 64]; static uint64_t hist_n, lat_max; static double lat_sum;
static int stalled_closed, expect_ = 0; static const char *told = NULL; /* what the server says to a client that missed something */
static uint64_t published; static uint32_t pubseq[MAXPUB];

static uint64_t now_ns(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec; }
static uint64_t now_us(void) { return now_ns() / 1000; }
static void die(const char *m) { fprintf(stderr, "relayload: %s\n", m); exit(2); }

static int bucket(uint64_t v) { if (v < 128) return (int)v; int e = 63 - __builtin_clzll(v); return 128 + (e - 7) * 64 + (int)((v >> (e - 6)) & 63); }
static uint64_t unbucket(int b) { if (b < 128) return b; int e = (b - 128) / 64 + 7, s = (b - 128) % 64; return (1ull << e) + ((uint64_t)s << (e - 6)); }
static double pct(double p) { uint64_t want = (uint64_t)(p * hist_n), c = 0; for (int i = 0; i < 64 * 64; i++) { c += hist[i]; if (c > want) return (double)unbucket(i); } return (double)lat_max; }

static void parse_url(const char *s, url_t *u) {
  if (!strncmp(s, "ws://", 5)) u->proto = P_WS, s += 5;
  else if (!strncmp(s, "sse://", 6)) u->proto = P_SSE, s += 6;
  else if (!strncmp(s, "tcp://", 6)) u->proto = P_RAW, s += 6;
  else die("url must begin ws:// sse:// or tcp://");
  const char *c = strchr(s, ':'); if (!c) die("url needs a port");
  memcpy(u->host, s, c - s); u->host[c - s] = 0; u->port = atoi(c + 1);
  const char *p = strchr(c, '/'); snprintf(u->path, sizeof u->path, "%s", p ? p : "/");
  if (strncmp(u->host, "127.", 4)) die("loopback addresses only");
}
/* C escapes and %i (connection index) */
static char *unesc(const char *s, int idx, size_t *len) {
  char *o = malloc(strlen(s) * 2 + 64), *p = o;
  for (; *s; s++) {
    if (*s == '\\' && s[1]) { s++;
      if (*s == 'r') *p++ = '\r'; else if (*s == 'n') *p++ = '\n'; else if (*s == 't') *p++ = '\t'; else if (*s == '\\') *p++ = '\\';
      else if (*s == 'x') { char h[3] = { s[1], s[2], 0 }; *p++ = (char)strtol(h, 0, 16); s += 2; } else *p++ = *s;
    } else if (*s == '%' && s[1] == 'i') { p += sprintf(p, "%d", idx); s++; }
    else if (*s == '%' && s[1] == 'I') { p += sprintf(p, "%06d", idx); s++; }
    else *p++ = *s;
  }
  *len = p - o; *p = 0; return o;
}
static size_t frame(char *out, const char *data, size_t len, int bin) { /* masked, with a zero mask */
  size_t n = 0; out[n++] = (char)(bin ? 0x82 : 0x81);
  if (len < 126) out[n++] = (char)(0x80 | len); else { out[n++] = (char)(0x80 | 126); out[n++] = (char)(len >> 8); out[n++] = (char)len; }
  memset(out + n, 0, 4); n += 4; memcpy(out + n, data, len); return n + len;
}
static void wr(conn *c, const char *b, size_t n) {
  if (c->pend_len == c->pend_off) {
    ssize_t w = send(c->fd, b, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (w < 0) { if (errno != EAGAIN) { c->state = S_DEAD; dead++; return; } w = 0; }
    if ((size_t)w == n) return;
    b += w; n -= w;
  }
  if (c->pend_off == c->pend_len) c->pend_off = c->pend_len = 0;
  c->pend = realloc(c->pend, c->pend_len + n); memcpy(c->pend + c->pend_len, b, n); c->pend_len += n;
  struct epoll_event e = { .events = EPOLLIN | EPOLLOUT, .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}
static void drain(conn *c) {
  while (c->pend_off < c->pend_len) { ssize_t w = send(c->fd, c->pend + c->pend_off, c->pend_len - c->pend_off, MSG_DONTWAIT | MSG_NOSIGNAL); if (w <= 0) return; c->pend_off += w; }
  c->pend_off = c->pend_len = 0; struct epoll_event e = { .events = EPOLLIN, .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}
static void start(conn *c, int idx, int is_pub) {
  url_t *u = is_pub ? &pub_url : &sub_url;
  c->idx = idx; c->is_pub = is_pub; c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) die("socket (ulimit -n?)");
  int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  /* who stalls takes little, or the kernel would hide it for megabytes */
  if (rcvbuf && !is_pub && idx < stall) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(u->port) }; inet_pton(AF_INET, u->host, &a.sin_addr);
  if (nsrc > 1) { struct sockaddr_in l = { .sin_family = AF_INET }; l.sin_addr.s_addr = htonl(0x7f000001 + 1 + idx % nsrc); setsockopt(c->fd, SOL_IP, 24 /*IP_BIND_ADDRESS_NO_PORT*/, &one, sizeof one); bind(c->fd, (void *)&l, sizeof l); }
  c->state = S_CONNECTING;
  if (connect(c->fd, (void *)&a, sizeof a) < 0 && errno != EINPROGRESS) die("connect");
  struct epoll_event e = { .events = EPOLLIN | EPOLLOUT, .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
}
static void opened(conn *c) {
  c->state = S_OPEN; int k = c->is_pub ? npub_init : nsub_init; url_t *u = c->is_pub ? &pub_url : &sub_url;
  for (int i = 0; i < k; i++) { size_t n; char *s = unesc(c->is_pub ? pub_init[i] : sub_init[i], c->idx, &n); char *b = malloc(n + 16); 
    if (u->proto == P_WS) { size_t m = frame(b, s, n, c->is_pub ? pub_kind == 1 : sub_bin); wr(c, b, m); } else wr(c, s, n);
    free(b); free(s); }
  if (c->is_pub) open_pubs++; else open_subs++;
}
static void on_connected(conn *c) {
  url_t *u = c->is_pub ? &pub_url : &sub_url; struct epoll_event e = { .events = EPOLLIN, .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
  if (u->proto == P_RAW) { opened(c); return; }
  char b[4096]; size_t pl; char *path = unesc(u->path, c->idx, &pl);
  int n = snprintf(b, sizeof b, "GET %s HTTP/1.1\r\nHost: %s:%d\r\n", path, u->host, u->port);
  if (u->proto == P_WS) { n += snprintf(b + n, sizeof b - n, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"); if (subproto) n += snprintf(b + n, sizeof b - n, "Sec-WebSocket-Protocol: %s\r\n", subproto); }
  else n += snprintf(b + n, sizeof b - n, "Accept: text/event-stream\r\n");
  for (int i = 0; i < nhdr; i++) { size_t hl; char *h = unesc(hdr[i], c->idx, &hl); n += snprintf(b + n, sizeof b - n, "%s\r\n", h); free(h); }
  n += snprintf(b + n, sizeof b - n, "\r\n"); c->state = S_HANDSHAKE; wr(c, b, n); free(path);
}
static uint64_t dig(const char *p, int n) { uint64_t v = 0; while (n--) v = v * 10 + (*p++ - '0'); return v; }

static void look_for_told(conn *c, const char *p, size_t n) {
  for (size_t i = 0; i < n && !c->was_told; i++) {
    if (p[i] == told[c->told_at]) c->told_at++; else c->told_at = p[i] == told[0];
    if (!told[c->told_at]) c->was_told = 1;
  }
}
static char *rbuf; static const size_t HEAD = 64, RB = 1 << 18;
static uint64_t tnow;
static void scan(conn *c, char *p, char *end) {
  while (p < end) {
    char *q = memchr(p, '~', end - p);
    if (!q) { p = end; break; }
    if (end - q < MARK_LEN) { if (end - q > 1 && q[1] != 'T') { p = q + 1; continue; } p = q; break; }
    if (q[1] != 'T') { p = q + 1; continue; }
    delivered++; c->got++;
    if (measuring) {
      uint64_t t = dig(q + 2, 16), l = tnow > t ? tnow - t : 0; m_delivered++;
      hist[bucket(l)]++; hist_n++; lat_sum += l; if (l > lat_max) lat_max = l;
    }
    if (c->lastseq) { int pi = (int)dig(q + 18, 4); int64_t s = (int64_t)dig(q + 22, 8); if (pi < npubs) { if (c->lastseq[pi] >= 0) { if (s > c->lastseq[pi] + 1) gaps += s - c->lastseq[pi] - 1; else if (s <= c->lastseq[pi]) dups++; } c->lastseq[pi] = s; } }
    p = q + MARK_LEN;
  }
  c->carry_len = (uint8_t)(end - p); memcpy(c->carry, p, c->carry_len);
}
static void on_read(conn *c) {
  char *base = rbuf + HEAD;
  ssize_t n = recv(c->fd, base, RB, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN)) { if (c->state != S_DEAD) { c->state = S_DEAD; dead++; } epoll_ctl(ep, EPOLL_CTL_DEL, c->fd, NULL); return; }
  if (n < 0) return;
  if (c->state == S_HANDSHAKE) {
    /* assume the status line is in the first read; look for the end of the header */
    char *e = memmem(base, n, "\r\n\r\n", 4);
    if (c->hs[0] == 0) { if (n < 12 || (memcmp(base + 9, "101", 3) && memcmp(base + 9, "200", 3))) { fprintf(stderr, "handshake refused: %.*s\n", (int)(n > 300 ? 300 : n), base); exit(3); } c->hs[0] = 1; }
    if (!e) return;
    opened(c); base = e + 4; n -= base - (rbuf + HEAD); if (n <= 0) return;
    if (c->is_pub) return;
    tnow = now_us(); scan(c, base, base + n); return;
  }
  if (c->is_pub) { if (await_) { char *p = base, *end = base + n; size_t al = strlen(await_); while ((p = memmem(p, end - p, await_, al))) { c->outstanding--; p += al; } } return; }
  bytes_in += n; frames_in++;
  if (told) look_for_told(c, base, n);
  tnow = now_us();
  if (count_frames) { /* frames whole per read, unmasked: used for compressed streams; latency is not measured */
    size_t off = c->frames; /* bytes still to skip */
    size_t i = 0;
    while (i < (size_t)n) { if (off) { size_t k = off < n - i ? off : n - i; off -= k; i += k; continue; }
      if (n - i < 4) { break; } size_t len = base[i + 1] & 127, h = 2; if (len == 126) len = ((uint8_t)base[i + 2] << 8) | (uint8_t)base[i + 3], h = 4; delivered++; c->got++; if (measuring) m_delivered++; off = len + h; }
    c->frames = (uint32_t)off; return; }
  if (c->carry_len) { memcpy(base - c->carry_len, c->carry, c->carry_len); char *p = base - c->carry_len; scan(c, p, base + n); } else scan(c, base, base + n);
}
static void pump(int64_t timeout_ns) {
  static struct epoll_event ev[1024]; struct timespec ts = { timeout_ns / 1000000000, timeout_ns % 1000000000 };
  if (spin) ts.tv_sec = ts.tv_nsec = 0;
  int n = epoll_pwait2(ep, ev, 1024, &ts, NULL);
  for (int i = 0; i < n; i++) { conn *c = ev[i].data.ptr;
    if (c->state == S_CONNECTING) { if (ev[i].events & (EPOLLERR | EPOLLHUP)) { fprintf(stderr, "connect failed\n"); exit(3); } if (ev[i].events & EPOLLOUT) on_connected(c); continue; }
    if (ev[i].events & EPOLLOUT) drain(c);
    if (stall && c >= subs && c < subs + stall && c->state == S_OPEN && delivered) { if (ev[i].events & (EPOLLHUP | EPOLLERR)) { stalled_closed++; c->state = S_DEAD; epoll_ctl(ep, EPOLL_CTL_DEL, c->fd, NULL); } continue; }
    if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_read(c); }
}
static char msg[70000]; static char pad[65536];
static int can_send(conn *c) { return c->state == S_OPEN && (!await_ || c->outstanding < 1); }
static int rr;
static int publish(uint64_t t_us) {
  conn *c = NULL; for (int k = 0; k < npubs; k++) { conn *d = &pubs[(rr + k) % npubs]; if (can_send(d)) { c = d; rr = (rr + k + 1) % npubs; break; } }
  if (!c) return 0;
  char body[70000]; int n;
  size_t pl, sl; char *pr = unesc(pre, c->idx, &pl), *su = unesc(suf, c->idx, &sl);
  memcpy(body, pr, pl); n = (int)pl;
  int k = sprintf(body + n, "{\"ch\":\"b\",\"m\":\"~T%016llu%04d%08u\",\"pad\":\"", (unsigned long long)t_us, c->idx % 10000, pubseq[c->idx]++);
  int padn = size_ - k - 2; if (padn < 0) padn = 0; memcpy(body + n + k, pad, padn); memcpy(body + n + k + padn, "\"}", 2);
  if (escape_) { static char tmp[70000]; int L = k + padn + 2, j = 0; for (int i = 0; i < L; i++) { if (body[n + i] == '"') tmp[j++] = '\\'; tmp[j++] = body[n + i]; } memcpy(body + n, tmp, j); n += j; }
  else n += k + padn + 2;
  memcpy(body + n, su, sl); n += (int)sl; free(pr); free(su);
  if (pub_kind < 2) { size_t m = frame(msg, body, n, pub_kind == 1); wr(c, msg, m); } else wr(c, body, n);
  if (await_) c->outstanding++;
  published++; return 1;
}
static double cpu_of(const char *list) { /* seconds of all threads of the listed pids */
  double s = 0; char b[256]; snprintf(b, sizeof b, "%s", list);
  for (char *p = strtok(b, ","); p; p = strtok(NULL, ",")) { char d[64]; snprintf(d, sizeof d, "/proc/%s/task", p); DIR *D = opendir(d); if (!D) continue; struct dirent *e;
    while ((e = readdir(D))) { if (e->d_name[0] == '.') continue; char f[512]; snprintf(f, sizeof f, "%s/%s/schedstat", d, e->d_name); FILE *F = fopen(f, "r"); unsigned long long ns = 0; if (F) { if (fscanf(F, "%llu", &ns) == 1) s += ns / 1e9; fclose(F); } } closedir(D); }
  return s;
}
static double self_cpu(void) { struct rusage r; getrusage(RUSAGE_SELF, &r); return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6; }
static double busy(void) { FILE *F = fopen("/proc/stat", "r"); unsigned long long v[8] = { 0 }; if (F) { if (fscanf(F, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7) != 8) v[7] = 0; fclose(F); } return (v[0] + v[1] + v[2] + v[5] + v[6] + v[7]) / 100.0; }
static double steal(void) { FILE *F = fopen("/proc/stat", "r"); unsigned long long v[8] = { 0 }; if (F) { if (fscanf(F, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7) != 8) v[7] = 0; fclose(F); } return v[7] / 100.0; }

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN); memset(pad, 'x', sizeof pad);
  struct rlimit rl; getrlimit(RLIMIT_NOFILE, &rl); rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl);
  const char *su = NULL, *pu = NULL;
  for (int i = 1; i < argc; i++) { const char *a = argv[i]; const char *v = i + 1 < argc ? argv[i + 1] : "";
#define O(n) (!strcmp(a, n) && ++i)
    if (O("--sub")) su = v; else if (O("--pub")) pu = v; else if (O("--subs")) nsubs = atoi(v); else if (O("--pubs")) npubs = atoi(v);
    else if (O("--mode")) mode = v; else if (O("--window")) window_ = atoi(v); else if (O("--rate")) rate = atof(v); else if (O("--dur")) dur = atof(v); else if (O("--warm")) warm = atof(v);
    else if (O("--conc")) conc = atoi(v); else if (O("--hold")) hold_ms = atoi(v); else if (O("--settle")) settle_ms = atoi(v); else if (O("--size")) size_ = atoi(v);
    else if (O("--sub-init")) sub_init[nsub_init++] = v; else if (O("--pub-init")) pub_init[npub_init++] = v; else if (O("--header")) hdr[nhdr++] = v; else if (O("--subproto")) subproto = v;
    else if (O("--pub-prefix")) pre = (char *)v; else if (O("--pub-suffix")) suf = (char *)v; else if (O("--pub-kind")) pub_kind = !strcmp(v, "wsbin") ? 1 : !strcmp(v, "raw") ? 2 : 0;
    else if (O("--await")) await_ = v; else if (O("--spids")) spids = v; else if (O("--expect")) expect_ = atoi(v); else if (O("--told")) told = v; else if (O("--rcvbuf")) rcvbuf = atoi(v); else if (O("--srcs")) nsrc = atoi(v); else if (O("--per-pub")) per_pub = atoi(v);
    else if (!strcmp(a, "--sub-bin")) sub_bin = 1; else if (!strcmp(a, "--count-frames")) count_frames = 1; else if (O("--stall")) stall = atoi(v); else if (!strcmp(a, "--spin")) spin = 1; else if (!strcmp(a, "--escape")) escape_ = 1; else if (!strcmp(a, "--no-seq")) check_seq = 0; else die(a); }
  if (!su) die("--sub URL");
  parse_url(su, &sub_url);
  if (pu) parse_url(pu, &pub_url); else npubs = 0;
  if (npubs > MAXPUB) die("too many publishers");
  ep = epoll_create1(0); rbuf = malloc(HEAD + RB); subs = calloc(nsubs + 1, sizeof *subs); pubs = calloc(npubs + 1, sizeof *pubs);
  /* connect, at most conc at once */
  uint64_t t0 = now_ns(), limit = t0 + 60000000000ull; int started = 0;
  while (open_subs < nsubs) { while (started < nsubs && started - open_subs < conc) { start(&subs[started], started, 0); started++; } pump(1000000000); if (now_ns() > limit) die("connect time-out"); if (dead) die("a subscriber was closed while connecting"); }
  double conn_s = (now_ns() - t0) / 1e9;
  if (!strcmp(mode, "idle")) {
    printf("{\"mode\":\"idle\",\"conns\":%d,\"connect_s\":%.4f,\"connect_rate\":%.0f,\"client_cpu_s\":%.3f}\n", nsubs, conn_s, nsubs / conn_s, self_cpu()); fflush(stdout);
    uint64_t until = now_ns() + (uint64_t)hold_ms * 1000000; while (now_ns() < until) pump(100000000); return 0; }
  if (!strcmp(mode, "resume")) {
    uint64_t all = (uint64_t)nsubs * expect_; double c0 = cpu_of(spids);
    while (delivered < all && now_ns() < limit && !dead) pump(100000000);
    printf("{\"mode\":\"resume\",\"conns\":%d,\"connect_s\":%.4f,\"resume_s\":%.4f,\"delivered\":%llu,\"missing\":%lld,\"dead\":%d,\"server_cpu_s\":%.3f}\n", nsubs, conn_s, (now_ns() - t0) / 1e9, (unsigned long long)delivered, (long long)all - (long long)delivered, dead, cpu_of(spids) - c0); return 0; }
  if (check_seq && nsubs * (uint64_t)npubs <= 2000000) for (int i = 0; i < nsubs; i++) { subs[i].lastseq = malloc(npubs * sizeof(int64_t)); for (int k = 0; k < npubs; k++) subs[i].lastseq[k] = -1; }
  for (int i = 0; i < npubs; i++) start(&pubs[i], i, 1);
  while (open_pubs < npubs) { pump(1000000000); if (now_ns() > limit) die("publisher connect time-out"); }
  uint64_t until = now_ns() + (uint64_t)settle_ms * 1000000; while (now_ns() < until) pump(10000000);
  for (int i = 0; i < stall; i++) { struct epoll_event e = { .events = 0, .data.ptr = &subs[i] }; epoll_ctl(ep, EPOLL_CTL_MOD, subs[i].fd, &e); }
  delivered = 0; double fan = per_pub ? per_pub : nsubs - stall; /* deliveries that one message gives */
  uint64_t tw = now_ns(), tm = tw + (uint64_t)(warm * 1e9), te = tm + (uint64_t)(dur * 1e9), last = tw, lastd = 0; uint64_t p0 = 0; double sc0 = 0, cc0 = 0, st0 = 0, bu0 = 0; uint64_t r0 = 0, b0 = 0; int stalled = 0;
  int closed = !strcmp(mode, "max"); double period = rate > 0 ? 1e9 / rate : 0; double next = tw; uint64_t te_real = te;
  for (;;) { uint64_t t = now_ns();
    if (!measuring && t >= tm) { measuring = 1; tm = t; p0 = published; sc0 = cpu_of(spids); cc0 = self_cpu(); st0 = steal(); bu0 = busy(); r0 = frames_in; b0 = bytes_in; m_delivered = 0; hist_n = 0; memset(hist, 0, sizeof hist); lat_sum = 0; lat_max = 0; }
    if (t >= te) { te_real = t; break; }
    if (closed) { int k = 0; while (published < (uint64_t)(delivered / fan) + window_ && k++ < 256) if (!publish(now_us())) break; pump(await_ ? 1000000 : 20000000); }
    else { int k = 0; while (next <= t && k++ < 64) { if (!publish((uint64_t)(next / 1000))) break; next += period; } int64_t w = (int64_t)(next - now_ns()); if (w < 0) w = 0; if (w > 5000000) w = 5000000; pump(w); }
    if (delivered != lastd) { lastd = delivered; last = t; } else if (t - last > 3000000000ull && published) { stalled = 1; te_real = t; break; }
    if (dead) { stalled = 2; te_real = t; break; } }
  double el = (te_real - tm) / 1e9; if (!measuring) el = 1; double sc = cpu_of(spids) - sc0, cc = self_cpu() - cc0, bu = busy() - bu0; measuring = 0;
  uint64_t pubd = published - p0, del = m_delivered, rd = frames_in - r0, by = bytes_in - b0;
  /* after the run let what is in flight arrive, to count losses */
  uint64_t all = (uint64_t)(published * fan); until = now_ns() + 3000000000ull; while (!count_frames && delivered < all && now_ns() < until) pump(10000000);
  long long lost = (long long)all - (long long)delivered; unsigned long long r_gaps = gaps, r_dups = dups; int n_told = 0;
  if (stall && told) { /* the stalled ones read again: each must find out that it missed something */
    int n = stall; stall = 0; until = now_ns() + 5000000000ull;
    for (int i = 0; i < n; i++) if (subs[i].state == S_OPEN) { struct epoll_event e = { .events = EPOLLIN, .data.ptr = &subs[i] }; epoll_ctl(ep, EPOLL_CTL_MOD, subs[i].fd, &e); }
    do { pump(10000000); n_told = 0; for (int i = 0; i < n; i++) n_told += subs[i].was_told || subs[i].state == S_DEAD; } while (n_told < n && now_ns() < until);
  }
  printf("{\"mode\":\"%s\",\"subs\":%d,\"pubs\":%d,\"window\":%d,\"rate\":%.1f,\"sec\":%.3f,\"msgs_s\":%.1f,\"del_s\":%.0f,\"p50_us\":%.0f,\"p90_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f,\"max_us\":%llu,\"mean_us\":%.0f,\"server_cpu\":%.3f,\"client_cpu\":%.3f,\"server_us_per_del\":%.3f,\"reads_per_del\":%.3f,\"bytes_per_del\":%.1f,\"lost\":%lld,\"gaps\":%llu,\"dups\":%llu,\"stalled\":%d,\"dead\":%d,\"connect_rate\":%.0f,\"steal_s\":%.2f,\"machine_busy\":%.2f,\"stalled_closed\":%d,\"stalled_told\":%d}\n",
    mode, nsubs, npubs, window_, rate, el, pubd / el, del / el, pct(.5), pct(.9), pct(.99), pct(.999), (unsigned long long)lat_max, hist_n ? lat_sum / hist_n : 0, sc / el, cc / el, del ? sc * 1e6 / del : 0, del ? (double)rd / del : 0, del ? (double)by / del : 0,
    lost, r_gaps, r_dups, stalled, dead, nsubs / conn_s, steal() - st0, bu / el, stalled_closed, n_told);
  return 0;
}
