/* For the benchmarks: the least that can answer a Mobility Header, and what asks as fast as answers come.
 *
 *   echo ADDRESS                       send every message back to where it came from
 *   ask LOCAL REMOTE FILE WINDOW       send the messages of FILE (each behind two octets of its length), WINDOW of
 *                                      them under way; print how many were answered in a second
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"

static int echo(const char *address)
{
    int sock = open_raw(address);
    unsigned char buffer[2048];

    puts("listening");
    fflush(stdout);
    for (;;) {
        struct sockaddr_in6 peer;
        socklen_t length = sizeof peer;
        ssize_t got = recvfrom(sock, buffer, sizeof buffer, 0, (struct sockaddr *)&peer, &length);

        if (got > 0)
            sendto(sock, buffer, got, 0, (struct sockaddr *)&peer, length);
    }
}

static int ask(const char *local, const char *remote, const char *path, long window)
{
    struct sockaddr_in6 peer = {.sin6_family = AF_INET6};
    int sock = open_raw(local);
    FILE *file = fopen(path, "rb");
    long size, count = 0, sent = 0, answered = 0, rejected = 0;
    unsigned char *messages, *next, buffer[2048];
    double started;

    if (!file || inet_pton(AF_INET6, remote, &peer.sin6_addr) != 1)
        return 2;
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    messages = malloc(size);
    if (!messages || fread(messages, 1, size, file) != (size_t)size)
        return 2;
    for (next = messages; next < messages + size; next += 2 + (next[0] << 8 | next[1]))
        count++;
    next = messages;
    started = now();
    while (answered < count) {
        struct pollfd ready = {sock, POLLIN, 0};
        ssize_t got;

        while (sent < count && sent - answered < window) {
            size_t octets = next[0] << 8 | next[1];

            if (sendto(sock, next + 2, octets, 0, (struct sockaddr *)&peer, sizeof peer) < 0)
                break;
            next += 2 + octets;
            sent++;
        }
        if (poll(&ready, 1, 1000) <= 0)
            break;
        while ((got = recv(sock, buffer, sizeof buffer, MSG_DONTWAIT)) > 0) {
            answered++;
            rejected += buffer[2] == 6 && buffer[6] >= 128;
        }
    }
    printf("%.0f %ld %ld %ld\n", answered / (now() - started), sent, answered, rejected);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "echo"))
        return echo(argv[2]);
    if (argc == 6 && !strcmp(argv[1], "ask"))
        return ask(argv[2], argv[3], argv[4], atol(argv[5]));
    return 2;
}
