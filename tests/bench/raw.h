/* What the programs of the benchmarks share. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

/* A socket for Mobility Headers at an address, with room for bursts, that leaves their checksums alone. */
static int open_raw(const char *address)
{
    struct sockaddr_in6 name = {.sin6_family = AF_INET6};
    int sock = socket(AF_INET6, SOCK_RAW, 135), size = 4 << 20, off = -1;

    if (sock < 0 || inet_pton(AF_INET6, address, &name.sin6_addr) != 1)
        exit(2);
    setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    setsockopt(sock, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
    setsockopt(sock, IPPROTO_IPV6, IPV6_CHECKSUM, &off, sizeof off);
    if (bind(sock, (struct sockaddr *)&name, sizeof name) < 0)
        exit(3);
    return sock;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}
