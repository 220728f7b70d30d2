/* For the benchmarks: what a C program makes of the same work.
 *
 *   respond ADDRESS                            answer every PBU with a PBA that accepts it, in batches
 *   ask LOCAL REMOTE FILE DIGITS WINDOW TIME   closed loop in batches: craft PBUs, WINDOW of them under way, match the
 *                                              answers by their sequence number; print how many a second, and lost
 *   craft FILE DIGITS TIME                     craft PBUs into memory; print how many a second, and how many a second of
 *                                              processor time
 *   flood INTERFACE FRAME DIGITS TIME          craft PBUs and send them over AF_XDP in copy mode; print how many a
 *                                              second, and how many a second of processor time
 *
 * FILE holds one PBU with its checksum, FRAME the same behind its Ethernet and IPv6 headers; eight digits of the MN-ID
 * stand DIGITS octets into the message.
 */
#define _GNU_SOURCE
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "raw.h"

#define BATCH 1024
#define ROW 2048
#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9
#endif

static unsigned char rows[BATCH][ROW];
static struct mmsghdr headers[BATCH];
static struct iovec vectors[BATCH];
static struct sockaddr_in6 names[BATCH];

static void prepare(void)
{
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){rows[i], ROW};
        headers[i].msg_hdr = (struct msghdr){.msg_name = &names[i], .msg_namelen = sizeof names[i],
                                             .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
}

static unsigned get16(const unsigned char *at)
{
    return at[0] << 8 | at[1];
}

static void put16(unsigned char *at, unsigned value)
{
    at[0] = value >> 8;
    at[1] = value;
}

static unsigned folded(unsigned long sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static double spent(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int respond(const char *address)
{
    int sock = open_raw(address);

    prepare();
    puts("listening");
    fflush(stdout);
    for (;;) {
        int got = recvmmsg(sock, headers, BATCH, MSG_WAITFORONE, NULL), sent = 0, keep = 0;

        for (int i = 0; i < got; i++) {
            unsigned char *message = vectors[i].iov_base;
            unsigned sequence = get16(message + 6), flags = get16(message + 8);

            if (message[2] != 5 || headers[i].msg_len < 16)
                continue;
            message[2] = 6;
            put16(message + 6, 0x0020); /* status 0, P */
            put16(message + 8, sequence);
            put16(message + 4, 0xffff - folded((0xffff - get16(message + 4)) + 0x0120 + (0xffff - flags)));
            vectors[i].iov_len = headers[i].msg_len;
            if (keep != i) {
                struct iovec vector = vectors[keep];
                struct sockaddr_in6 name = names[keep];

                vectors[keep] = vectors[i], vectors[i] = vector;
                names[keep] = names[i], names[i] = name;
            }
            keep++;
        }
        while (sent < keep) {
            int went = sendmmsg(sock, headers + sent, keep - sent, 0);

            if (went > 0)
                sent += went;
            else
                sent++;
        }
        for (int i = 0; i < got; i++) {
            vectors[i].iov_len = ROW;
            headers[i].msg_hdr.msg_namelen = sizeof names[i];
        }
    }
}

static unsigned char template[ROW];
static size_t octets;
static unsigned base; /* the sum of the template without what changes */
static unsigned sequence, number;
static long digits;

static void load(const char *path, long start)
{
    FILE *file = fopen(path, "rb");
    unsigned long sum = 0;

    if (!file || !(octets = fread(template, 1, sizeof template, file)) || octets % 2)
        exit(2);
    fclose(file);
    /* What checksum there is says what the rest sums up to, pseudo-header and all. */
    sum = 0xffff - get16(template + start + 4);
    sum += 0xffff - get16(template + start + 6);
    for (int i = 0; i < 8; i++)
        sum += 0xffff - ((start + digits + i) & 1 ? template[start + digits + i] : template[start + digits + i] << 8);
    base = folded(sum);
}

static void craft(unsigned char *message)
{
    unsigned long sum = base;
    unsigned rest = number++;

    put16(message + 6, ++sequence);
    sum += sequence & 0xffff;
    for (int i = 7; i >= 0; i--, rest /= 10) {
        message[digits + i] = '0' + rest % 10;
        sum += (digits + i) & 1 ? message[digits + i] : message[digits + i] << 8;
    }
    put16(message + 4, 0xffff - folded(sum));
}

static int ask(const char *local, const char *remote, const char *path, long window, double seconds)
{
    static unsigned char (*out)[ROW], pending[65536];
    static struct mmsghdr out_headers[BATCH];
    static struct iovec out_vectors[BATCH];
    struct sockaddr_in6 peer = {.sin6_family = AF_INET6};
    int sock = open_raw(local);
    long under_way = 0, answered = 0;
    double started, heard;

    if (inet_pton(AF_INET6, remote, &peer.sin6_addr) != 1 || window > 65535)
        return 2;
    load(path, 0);
    prepare();
    out = malloc(BATCH * ROW);
    for (int i = 0; i < BATCH; i++) {
        out_vectors[i] = (struct iovec){out[i], octets};
        out_headers[i].msg_hdr = (struct msghdr){.msg_name = &peer, .msg_namelen = sizeof peer,
                                                 .msg_iov = &out_vectors[i], .msg_iovlen = 1};
    }
    started = heard = now();
    while (now() - started < seconds) {
        struct pollfd ready = {sock, POLLIN, 0};
        long count = window - under_way < BATCH ? window - under_way : BATCH, sent = 0, got;

        for (long i = 0; i < count; i++) {
            memcpy(out[i], template, octets);
            craft(out[i]);
            pending[get16(out[i] + 6)] = 1;
        }
        while (sent < count) {
            int went = sendmmsg(sock, out_headers + sent, count - sent, 0);

            if (went <= 0)
                break;
            sent += went;
        }
        under_way += count;
        if (poll(&ready, 1, 200) <= 0) {
            if (now() - heard > 1)
                break;
            continue;
        }
        while ((got = recvmmsg(sock, headers, BATCH, MSG_DONTWAIT, NULL)) > 0) {
            for (long i = 0; i < got; i++) {
                unsigned char *message = rows[i];

                if (message[2] == 6 && message[6] < 128 && pending[get16(message + 8)]) {
                    pending[get16(message + 8)] = 0;
                    under_way--;
                    answered++;
                }
                headers[i].msg_hdr.msg_namelen = sizeof names[i];
            }
            heard = now();
            if (got < BATCH)
                break;
        }
    }
    printf("%.0f %.0f %ld\n", answered / (now() - started), answered / spent(), under_way);
    return 0;
}

static void *ring(int sock, const struct xdp_ring_offset *offsets, size_t size, off_t where)
{
    void *map = mmap(NULL, offsets->desc + size, PROT_READ | PROT_WRITE, MAP_SHARED, sock, where);

    if (map == MAP_FAILED)
        exit(4);
    return map;
}

static int forge(const char *path, double seconds)
{
    static unsigned char out[BATCH][ROW + 64]; /* no power of two: rows must not all fall into the same lines of cache */
    double started = now(), before = spent();
    unsigned long count = 0, seen = 0;

    load(path, 0);
    while (now() - started < seconds) {
        for (int i = 0; i < BATCH; i++) {
            memcpy(out[i], template, octets);
            craft(out[i]);
        }
        count += BATCH;
        seen += out[count % BATCH][5];
    }
    printf("%.0f %.0f %lu %lu\n", count / (now() - started), count / (spent() - before), count, seen);
    return 0;
}

static int flood(const char *interface, const char *path, double seconds)
{
    enum { FRAMES = 2 * BATCH };
    struct xdp_mmap_offsets offsets;
    socklen_t length = sizeof offsets;
    int sock = socket(AF_XDP, SOCK_RAW, 0), count = FRAMES, size = 8 << 20;
    unsigned char *frames = mmap(NULL, FRAMES * ROW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct xdp_umem_reg umem = {.addr = (uintptr_t)frames, .len = FRAMES * ROW, .chunk_size = ROW};
    struct sockaddr_xdp name = {.sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY, .sxdp_ifindex = if_nametoindex(interface)};
    volatile uint32_t *producer, *consumer, *completed, *reaped;
    struct xdp_desc *descriptors;
    unsigned char *map;
    uint32_t made = 0;
    double started, elapsed, before;

    setsockopt(sock, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
    load(path, 54);
    if (sock < 0 || setsockopt(sock, SOL_XDP, XDP_UMEM_REG, &umem, sizeof umem) ||
        setsockopt(sock, SOL_XDP, XDP_UMEM_FILL_RING, &count, sizeof count) ||
        setsockopt(sock, SOL_XDP, XDP_UMEM_COMPLETION_RING, &count, sizeof count) ||
        setsockopt(sock, SOL_XDP, XDP_TX_RING, &count, sizeof count) ||
        getsockopt(sock, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length))
        return 4;
    setsockopt(sock, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, &count, sizeof count);
    map = ring(sock, &offsets.tx, FRAMES * sizeof *descriptors, XDP_PGOFF_TX_RING);
    producer = (uint32_t *)(map + offsets.tx.producer);
    consumer = (uint32_t *)(map + offsets.tx.consumer);
    descriptors = (struct xdp_desc *)(map + offsets.tx.desc);
    map = ring(sock, &offsets.cr, FRAMES * sizeof(uint64_t), XDP_UMEM_PGOFF_COMPLETION_RING);
    completed = (uint32_t *)(map + offsets.cr.producer);
    reaped = (uint32_t *)(map + offsets.cr.consumer);
    if (bind(sock, (struct sockaddr *)&name, sizeof name))
        return 4;
    before = spent();
    started = now();
    while ((elapsed = now() - started) < seconds) {
        uint32_t room = FRAMES - (made - *completed);

        *reaped = *completed;
        if (room > BATCH)
            room = BATCH;
        for (uint32_t i = 0; i < room; i++) {
            uint32_t slot = (made + i) % FRAMES;
            unsigned char *frame = frames + slot * ROW;

            memcpy(frame, template, octets);
            craft(frame + 54);
            descriptors[slot] = (struct xdp_desc){.addr = slot * ROW, .len = octets};
        }
        made += room;
        *producer = made;
        for (int tries = 0; *consumer != made && tries < 1000; tries++)
            sendto(sock, NULL, 0, MSG_DONTWAIT, NULL, 0);
    }
    printf("%.0f %.0f %u\n", made / elapsed, made / (spent() - before), made);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "respond"))
        return respond(argv[2]);
    if (argc == 8 && !strcmp(argv[1], "ask")) {
        digits = atol(argv[5]);
        return ask(argv[2], argv[3], argv[4], atol(argv[6]), atof(argv[7]));
    }
    if (argc == 5 && !strcmp(argv[1], "craft")) {
        digits = atol(argv[3]);
        return forge(argv[2], atof(argv[4]));
    }
    if (argc == 6 && !strcmp(argv[1], "flood")) {
        digits = atol(argv[4]);
        return flood(argv[2], argv[3], atof(argv[5]));
    }
    return 2;
}
