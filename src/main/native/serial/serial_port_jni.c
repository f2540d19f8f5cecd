/*
 * The native methods of com.fazecast.jSerialComm.SerialPort, for Linux: a translation between Java's types and
 * port.h, and nothing else. The header is made by `javac -h` from the class itself.
 *
 * Left out, because the gateway does without: a list of the machine's ports (it is empty), the description of a port,
 * RS-485 (a port that asks for it does not open), and events other than data and disconnection.
 */
#include "com_fazecast_jSerialComm_SerialPort.h"
#include "port.h"

#include <errno.h>
#include <sys/ioctl.h>

enum { CHUNK = 4096, EVENT_WAIT_MS = 500 };

#define DATA_AVAILABLE com_fazecast_jSerialComm_SerialPort_LISTENING_EVENT_DATA_AVAILABLE
#define DISCONNECTED com_fazecast_jSerialComm_SerialPort_LISTENING_EVENT_PORT_DISCONNECTED
#define TIMED_OUT com_fazecast_jSerialComm_SerialPort_LISTENING_EVENT_TIMED_OUT

/* Java asks for the number of the latest error right after a call, so each thread has its own. */
static _Thread_local int32_t last_error;

static jboolean is_good(int32_t error)
{
    last_error = error;
    return error == 0 ? JNI_TRUE : JNI_FALSE;
}

static int32_t count_or_minus_one(int32_t count)
{
    last_error = count < 0 ? -count : 0;
    return count < 0 ? -1 : count;
}

/* Where a field is missing, a NoSuchFieldError waits for Java and the values are 0. */
static jfieldID field(JNIEnv *env, jobject port, const char *name, const char *type)
{
    if ((*env)->ExceptionCheck(env)) {
        return NULL;
    }
    return (*env)->GetFieldID(env, (*env)->GetObjectClass(env, port), name, type);
}

static int32_t int_field(JNIEnv *env, jobject port, const char *name)
{
    jfieldID id = field(env, port, name, "I");
    return id == NULL ? 0 : (*env)->GetIntField(env, port, id);
}

static bool boolean_field(JNIEnv *env, jobject port, const char *name)
{
    jfieldID id = field(env, port, name, "Z");
    return id != NULL && (*env)->GetBooleanField(env, port, id) == JNI_TRUE;
}

static uint8_t byte_field(JNIEnv *env, jobject port, const char *name)
{
    jfieldID id = field(env, port, name, "B");
    return id == NULL ? 0 : (uint8_t)(*env)->GetByteField(env, port, id);
}

static struct line_settings line_of(JNIEnv *env, jobject port)
{
    struct line_settings line = {
        .baud = int_field(env, port, "baudRate"),
        .data_bits = int_field(env, port, "dataBits"),
        .stop_bits = int_field(env, port, "stopBits"),
        .parity = int_field(env, port, "parity"),
        .flow = int_field(env, port, "flowControl"),
        .xon = byte_field(env, port, "xonStartChar"),
        .xoff = byte_field(env, port, "xoffStopChar"),
        .dtr = boolean_field(env, port, "isDtrEnabled"),
        .rts = boolean_field(env, port, "isRtsEnabled"),
    };
    return line;
}

JNIEXPORT void JNICALL Java_com_fazecast_jSerialComm_SerialPort_uninitializeLibrary(JNIEnv *env, jclass type)
{
    (void)env;
    (void)type;
    port_close_all();
}

JNIEXPORT jobjectArray JNICALL Java_com_fazecast_jSerialComm_SerialPort_getCommPortsNative(JNIEnv *env, jclass type)
{
    return (*env)->NewObjectArray(env, 0, type, NULL);
}

JNIEXPORT jstring JNICALL Java_com_fazecast_jSerialComm_SerialPort_getNativeLibraryVersion(JNIEnv *env, jclass type)
{
    (void)type;
    return (*env)->NewStringUTF(env, JSERIALCOMM_VERSION);
}

JNIEXPORT void JNICALL Java_com_fazecast_jSerialComm_SerialPort_retrievePortDetails(JNIEnv *env, jobject port)
{
    (void)env;
    (void)port;
}

JNIEXPORT jlong JNICALL Java_com_fazecast_jSerialComm_SerialPort_openPortNative(JNIEnv *env, jobject port)
{
    jfieldID path_id = field(env, port, "comPort", "Ljava/lang/String;");
    jstring path = path_id == NULL ? NULL : (jstring)(*env)->GetObjectField(env, port, path_id);
    struct port_opening opening = {
        .line = line_of(env, port),
        .keep_settings = boolean_field(env, port, "disableConfig"),
        .shared = boolean_field(env, port, "disableExclusiveLock"),
        .discard_old = boolean_field(env, port, "autoFlushIOBuffers"),
    };
    if (boolean_field(env, port, "rs485Mode")) {
        last_error = ENOTSUP;
        return 0;
    }
    if ((*env)->ExceptionCheck(env) || path == NULL) {
        return 0;
    }
    opening.path = (*env)->GetStringUTFChars(env, path, NULL);
    if (opening.path == NULL) {
        return 0;
    }
    port_handle handle = port_open(&opening, &last_error);
    (*env)->ReleaseStringUTFChars(env, path, opening.path);
    return handle;
}

JNIEXPORT jlong JNICALL Java_com_fazecast_jSerialComm_SerialPort_closePortNative(
    JNIEnv *env, jobject port, jlong handle)
{
    (void)env;
    (void)port;
    last_error = port_close(handle);
    return 0;
}

JNIEXPORT jboolean JNICALL Java_com_fazecast_jSerialComm_SerialPort_configPort(JNIEnv *env, jobject port, jlong handle)
{
    struct line_settings line = line_of(env, port);
    bool leave_alone = boolean_field(env, port, "disableConfig");
    if ((*env)->ExceptionCheck(env)) {
        return JNI_FALSE;
    }
    return leave_alone ? JNI_TRUE : is_good(port_configure(handle, &line));
}

JNIEXPORT jint JNICALL Java_com_fazecast_jSerialComm_SerialPort_waitForEvent(JNIEnv *env, jobject port, jlong handle)
{
    (void)env;
    (void)port;
    int32_t ready = port_await_input(handle, EVENT_WAIT_MS);
    last_error = ready < 0 ? -ready : 0;
    if (ready < 0) {
        return DISCONNECTED;
    }
    return ready == 0 ? TIMED_OUT : DATA_AVAILABLE;
}

JNIEXPORT void JNICALL Java_com_fazecast_jSerialComm_SerialPort_setEventListeningStatus(
    JNIEnv *env, jobject port, jlong handle, jboolean running)
{
    /* waitForEvent comes back by itself, soon enough. */
    (void)env;
    (void)port;
    (void)handle;
    (void)running;
}

JNIEXPORT jint JNICALL Java_com_fazecast_jSerialComm_SerialPort_bytesAvailable(JNIEnv *env, jobject port, jlong handle)
{
    (void)env;
    (void)port;
    return count_or_minus_one(port_bytes_in(handle));
}

JNIEXPORT jint JNICALL Java_com_fazecast_jSerialComm_SerialPort_bytesAwaitingWrite(
    JNIEnv *env, jobject port, jlong handle)
{
    (void)env;
    (void)port;
    return count_or_minus_one(port_bytes_out(handle));
}

JNIEXPORT jint JNICALL Java_com_fazecast_jSerialComm_SerialPort_readBytes(JNIEnv *env, jobject port, jlong handle,
    jbyteArray buffer, jint length, jint offset, jint mode, jint timeout_ms)
{
    uint8_t chunk[CHUNK];
    int32_t total = 0;
    int32_t wanted = 0;
    int32_t count = 0;
    struct transfer_wait wait = transfer_wait_for(mode, timeout_ms, length);
    (void)port;
    do {
        wanted = length - total < CHUNK ? length - total : CHUNK;
        count = port_read(handle, chunk, wanted, wait);
        if (count > 0) {
            (*env)->SetByteArrayRegion(env, buffer, offset + total, count, (const jbyte *)chunk);
            total += count;
        }
        /* A further chunk only where Java waits for all of it: the others must not wait again for what may not come. */
    } while (count == wanted && total < length && wait.minimum == length && !(*env)->ExceptionCheck(env));
    return total > 0 ? total : count_or_minus_one(count);
}

JNIEXPORT jint JNICALL Java_com_fazecast_jSerialComm_SerialPort_writeBytes(
    JNIEnv *env, jobject port, jlong handle, jbyteArray buffer, jint length, jint offset, jint mode)
{
    uint8_t chunk[CHUNK];
    int32_t wanted = length < CHUNK ? length : CHUNK;
    (void)port;
    /* Java comes again for the rest. */
    (*env)->GetByteArrayRegion(env, buffer, offset, wanted, (jbyte *)chunk);
    if ((*env)->ExceptionCheck(env)) {
        return -1;
    }
    int32_t count = port_write(handle, chunk, wanted);
    if (count == length && transfer_must_drain(mode)) {
        int32_t drained = port_drain(handle);
        count = drained < 0 ? drained : count;
    }
    return count_or_minus_one(count);
}

/* A native method that does one thing with a port and says whether it worked. */
#define ACTION(name, action) \
    JNIEXPORT jboolean JNICALL Java_com_fazecast_jSerialComm_SerialPort_##name( \
        JNIEnv *env, jobject port, jlong handle) \
    { \
        (void)env; \
        (void)port; \
        return is_good(action); \
    }

ACTION(flushRxTxBuffers, port_flush(handle))
ACTION(setBreak, port_break(handle, true))
ACTION(clearBreak, port_break(handle, false))
ACTION(setRTS, port_set_lines(handle, TIOCM_RTS, 0))
ACTION(clearRTS, port_set_lines(handle, 0, TIOCM_RTS))
ACTION(setDTR, port_set_lines(handle, TIOCM_DTR, 0))
ACTION(clearDTR, port_set_lines(handle, 0, TIOCM_DTR))

JNIEXPORT jboolean JNICALL Java_com_fazecast_jSerialComm_SerialPort_setDTRandRTS(
    JNIEnv *env, jobject port, jlong handle, jboolean dtr, jboolean rts)
{
    int raise = (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0);
    (void)env;
    (void)port;
    return is_good(port_set_lines(handle, raise, (TIOCM_DTR | TIOCM_RTS) & ~raise));
}

#define LINE_GETTER(name, line) \
    JNIEXPORT jboolean JNICALL Java_com_fazecast_jSerialComm_SerialPort_##name( \
        JNIEnv *env, jobject port, jlong handle) \
    { \
        int32_t lines = port_lines(handle); \
        (void)env; \
        (void)port; \
        last_error = lines < 0 ? -lines : 0; \
        return lines >= 0 && (lines & (line)) != 0 ? JNI_TRUE : JNI_FALSE; \
    }

LINE_GETTER(getCTS, TIOCM_CTS)
LINE_GETTER(getDSR, TIOCM_DSR)
LINE_GETTER(getDCD, TIOCM_CAR)
LINE_GETTER(getDTR, TIOCM_DTR)
LINE_GETTER(getRTS, TIOCM_RTS)
LINE_GETTER(getRI, TIOCM_RI)

JNIEXPORT jint JNICALL Java_com_fazecast_jSerialComm_SerialPort_getLastErrorLocation(
    JNIEnv *env, jobject port, jlong handle)
{
    /* Java means a line of jSerialComm's own C source. */
    (void)env;
    (void)port;
    (void)handle;
    return 0;
}

JNIEXPORT jint JNICALL Java_com_fazecast_jSerialComm_SerialPort_getLastErrorCode(
    JNIEnv *env, jobject port, jlong handle)
{
    (void)env;
    (void)port;
    (void)handle;
    return last_error;
}
